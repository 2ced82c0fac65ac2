using ChainBridge.DeployRunner.Releases;
using ChainBridge.DeployRunner.Targets;

namespace ChainBridge.DeployRunner.Flows;

/// <summary>What runs is what the record says, or the run ends with exit code 13.</summary>
internal static class Digests
{
    /// <exception cref="RunnerException">Exit code 13, naming every service that is another one, missing or not in the release.</exception>
    public static async Task VerifyAsync(ITarget target, Slot slot, Release release, CancellationToken cancellationToken)
    {
        if (await WrongAsync(target, slot, release, cancellationToken) is { Count: > 0 } wrong)
            throw new RunnerException(ExitCode.PersonNeeded, $"slot {EdgeClient.Name(slot)} does not run {release.Version}: {string.Join("; ", wrong)}",
                "find out who changed images or files on the target; then deploy with --force-rebuild");
    }

    /// <summary>Every service that is another one, missing or not in the release; empty when the slot runs the release.</summary>
    public static async Task<IReadOnlyList<string>> WrongAsync(ITarget target, Slot slot, Release release, CancellationToken cancellationToken)
    {
        var running = (await target.InspectAsync(slot, cancellationToken)).ToLookup(service => service.Name);
        return [.. release.Artifacts.SelectMany(artifact => running[artifact.Key].Any()
                ? running[artifact.Key].Where(service => service.Digest != artifact.Value.Digest)
                    .Select(service => $"{artifact.Key} runs {service.Digest}, the release says {artifact.Value.Digest}")
                : [$"{artifact.Key} does not run"])
            .Concat(running.Where(service => !release.Artifacts.ContainsKey(service.Key)).Select(service => $"{service.Key} runs, but is no part of the release"))];
    }
}
