using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;

namespace ChainBridge.Engine.Steps;

/// <summary>Judges what is seen of a release's services, look by look.</summary>
internal sealed class ServiceWatch(Release release)
{
    private readonly Dictionary<string, int> _unhealthy = [];

    /// <summary>The first fault seen; null when there was none.</summary>
    public string? Fault { get; private set; }

    /// <summary>A service did not answer its health route with success in the last look, and did in the one before.</summary>
    public bool IsUncertain => Fault is null && _unhealthy.Values.Any(looks => looks > 0);

    /// <summary>Notes what runs now.</summary>
    public void Saw(IReadOnlyList<RunningService> running)
    {
        foreach (var service in running)
            _unhealthy[service.Name] = service.Healthy == true ? 0 : _unhealthy.GetValueOrDefault(service.Name) + 1;
        Fault ??=
            release.Services.Keys.Except(running.Select(service => service.Name)).Select(name => $"{name} does not run any more")
                .FirstOrDefault()
                ?? running.Where(service => service.Restarts > 0).Select(service => $"{service.Name} died and was started again "
                    + $"({Plural.Of(service.Restarts, "time")}{(service.LastEnd is { } end ? $", the last after {end}" : "")})")
                    .FirstOrDefault()
                ?? running.Where(service => _unhealthy[service.Name] > 1).Select(service => $"{service.Name} "
                    + $"{(service.Healthy is null ? "does not answer" : "answers with an error at")} its health route").FirstOrDefault();
    }
}
