using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Engine.Steps;

/// <summary>What runs is what the record says, or a person is needed.</summary>
internal static class Digests
{
    /// <exception cref="EngineException">
    /// <see cref="Failure.PersonNeeded"/>, naming every service that is another one, missing or not in the release.
    /// </exception>
    public static async Task VerifyAsync(IPlatform target, Slot slot, Release release, CancellationToken cancellationToken)
    {
        if (await WrongAsync(target, slot, release, cancellationToken) is { Count: > 0 } wrong)
            throw new EngineException(Failure.PersonNeeded,
                $"slot {slot.Name()} does not run {release.Version}: {string.Join("; ", wrong)}",
                "find out who changed images or files on the target; then deploy with --force-rebuild under another --version (a recorded "
                    + "release never changes)");
    }

    /// <summary>
    /// Every service still runs, and none of them died since it was started: probes can hit a service between two crashes.
    /// </summary>
    /// <exception cref="EngineException"><see cref="Failure.CandidateFailed"/>, naming the ones that died.</exception>
    public static async Task SteadyAsync(IPlatform target, Slot slot, Release release, CancellationToken cancellationToken)
    {
        var running = await target.InspectAsync(slot, cancellationToken);
        var unsteady = release.Artifacts.Keys.Except(running.Select(service => service.Name))
            .Select(name => $"{name} does not run any more")
            .Concat(running.Where(service => service.Restarts > 0).Select(service => $"{service.Name} died and was started again "
                + $"({service.Restarts} times{(service.LastEnd is { } end ? $", the last after {end}" : "")})")).ToList();
        if (unsteady.Count > 0)
            throw new EngineException(Failure.CandidateFailed,
                $"{release.Version} passed its smoke runs, but {string.Join("; ", unsteady)}",
                "look at the candidate's logs among the evidence");
    }

    /// <summary>Every service that is another one, missing or not in the release; empty when the slot runs the release.</summary>
    public static async Task<IReadOnlyList<string>> WrongAsync(
        IPlatform target, Slot slot, Release release, CancellationToken cancellationToken)
    {
        var running = (await target.InspectAsync(slot, cancellationToken)).ToLookup(service => service.Name);
        return [.. release.Artifacts.SelectMany(artifact => running[artifact.Key].Any()
                ? running[artifact.Key].Where(service => service.Digest != artifact.Value.Digest)
                    .Select(service => $"{artifact.Key} runs {service.Digest}, the release says {artifact.Value.Digest}")
                : [$"{artifact.Key} does not run"])
            .Concat(running.Where(service => !release.Artifacts.ContainsKey(service.Key))
                .Select(service => $"{service.Key} runs, but is no part of the release"))];
    }
}
