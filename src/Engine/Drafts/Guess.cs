using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.Drafts;

/// <summary>What a service of a compose file is to a release.</summary>
internal enum Role
{
    /// <summary>Runs in the slot, asked by other services only.</summary>
    Inner,
    /// <summary>Runs in the slot, behind a door.</summary>
    Door,
    /// <summary>Runs in the slot, and takes work from a queue by itself.</summary>
    Worker,
    /// <summary>Runs once per release.</summary>
    Job,
    /// <summary>Shared by releases.</summary>
    Accessory,
    /// <summary>Not deployed.</summary>
    LeftOut,
}

/// <summary>A service with the role that was guessed, and why.</summary>
/// <param name="Why">As the end of a sentence.</param>
/// <param name="Port">Of a door: the published port and the one inside.</param>
internal sealed record Guessed(ServiceFacts Facts, Role Role, string Why, (int? Published, int Inner)? Port = null);

/// <summary>Guesses the role of each service from its image, its ports and what it waits for; the user is asked nothing.</summary>
internal static class Guess
{
    private static readonly string[] Onces = ["migrat", "seed", "init", "setup", "bootstrap"];
    private static readonly string[] WorkerNames = ["worker", "celery", "beat", "consumer", "sidekiq", "queue", "scheduler", "cron"];

    /// <summary>In the order of the file.</summary>
    public static IReadOnlyList<Guessed> All(IReadOnlyList<ServiceFacts> services) => [.. services.Select(one => Of(one, services))];

    private static Guessed Of(ServiceFacts one, IReadOnlyList<ServiceFacts> all)
    {
        if (one.Profiles.Count > 0)
            return new(one, Role.LeftOut,
                $"it has the profile {string.Join(", ", one.Profiles)}, and a slot has only services without one");
        if (KnownImages.IsTool(one.Image))
            return new(one, Role.LeftOut, $"{KnownImages.Name(one.Image)} is a tool to look into a stack with");
        if (!one.Built && KnownImages.IsAccessory(one.Image)) return new(one, Role.Accessory, $"its image is {one.Image}");
        if (all.SelectMany(other => other.Waits).Any(wait => wait.Name == one.Name && wait.Completed))
            return new(one, Role.Job, "others wait for its end");
        if (one.Text("restart") is null or "no" or "on-failure" && one.Ports.Count == 0
            && Onces.Any(word => one.Name.Contains(word, StringComparison.OrdinalIgnoreCase)))
            return new(one, Role.Job, "it is called so, and publishes no port");
        var open = one.Ports.Where(port => !KnownImages.IsDebugger(port.Inner)).ToList();
        if (open.Count > 0)
            return new(one, Role.Door, open[0].Published is { } published
                ? $"it publishes {published}" : $"it publishes {open[0].Inner}", open[0]);
        if (one.Built || all.Any(other => other.Built && other.Image.Length > 0 && other.Image == one.Image))
            if (Broker(one, all) is { } broker && !one.Has("healthcheck") && !one.Has("expose"))
                return new(one, Role.Worker, $"it waits for {broker}, and has neither port nor health check");
            else if (!one.Has("healthcheck") && !one.Has("expose") && all.Any(other => KnownImages.IsBroker(other.Image))
                && WorkerNames.Any(word => one.Name.Contains(word, StringComparison.OrdinalIgnoreCase)))
                return new(one, Role.Worker, "it is called so, and publishes no port");
        return new(one, Role.Inner, "only other services ask it");
    }

    private static string? Broker(ServiceFacts one, IReadOnlyList<ServiceFacts> all) =>
        one.Waits.Select(wait => wait.Name).FirstOrDefault(name => all.Any(other => other.Name == name && !other.Built
            && KnownImages.IsBroker(other.Image)));
}
