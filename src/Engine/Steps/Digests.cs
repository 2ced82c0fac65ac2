using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Engine.Steps;

/// <summary>What runs has the recorded digests. Anything else needs a person, but for a candidate whose services ended.</summary>
internal static class Digests
{
    /// <param name="resting">Services that need not run now: the other slot may have their work.</param>
    /// <exception cref="EngineException">
    /// <see cref="Failure.PersonNeeded"/>, naming every service that is another one, missing or not in the release.
    /// </exception>
    public static Task VerifyAsync(IPlatform target, Slot slot, Release release, CancellationToken cancellationToken,
        IReadOnlyCollection<string>? resting = null) =>
        VerifyAsync(target, slot, release, Failure.PersonNeeded, cancellationToken, resting);

    /// <summary>The same of a release that the old one still stands in for.</summary>
    /// <param name="resting">Services that need not run now: the other slot may have their work.</param>
    /// <exception cref="EngineException">
    /// <see cref="Failure.CandidateFailed"/> where services do not run and no more is wrong; else <see cref="Failure.PersonNeeded"/>: the
    /// release did not put another digest there.
    /// </exception>
    public static Task VerifyCandidateAsync(IPlatform target, Slot slot, Release release, CancellationToken cancellationToken,
        IReadOnlyCollection<string>? resting = null) =>
        VerifyAsync(target, slot, release, Failure.CandidateFailed, cancellationToken, resting);

    /// <summary>
    /// Every service still runs, and none of them died since it was started: probes can hit a service between two crashes.
    /// </summary>
    /// <exception cref="EngineException"><see cref="Failure.CandidateFailed"/>, naming the ones that died.</exception>
    public static async Task SteadyAsync(IPlatform target, Slot slot, Release release, CancellationToken cancellationToken)
    {
        var unsteady = (await target.Hosts.AskAsync(host => host.InspectAsync(slot, cancellationToken), cancellationToken))
            .SelectMany(running => Unsteady(running.Answer, release).Select(running.Host.Says)).ToList();
        if (unsteady.Count > 0)
            throw new EngineException(Failure.CandidateFailed,
                $"{release.Version} passed its smoke runs, but {string.Join("; ", unsteady)}",
                "look at the candidate's logs among the evidence");
    }

    /// <summary>The hosts on which the slot does not run the release.</summary>
    /// <param name="resting">Services that need not run now: the other slot may have their work.</param>
    public static async Task<IReadOnlyList<PlatformHost>> WrongHostsAsync(
        IPlatform target, Slot slot, Release release, CancellationToken cancellationToken, IReadOnlyCollection<string> resting) =>
        [.. (await target.Hosts.AskAsync(host => host.InspectAsync(slot, cancellationToken), cancellationToken))
            .Where(running => Wrong(running.Answer, release, resting).Any()).Select(running => running.Host)];

    /// <summary>Every service that is another one, missing or not in the release; empty when the slot runs the release.</summary>
    /// <param name="resting">Services that need not run now: the other slot may have their work.</param>
    public static async Task<IReadOnlyList<string>> WrongAsync(
        IPlatform target, Slot slot, Release release, CancellationToken cancellationToken, IReadOnlyCollection<string>? resting = null) =>
        [.. (await FindAsync(target, slot, release, cancellationToken, resting)).Select(wrong => wrong.What)];

    private static async Task VerifyAsync(IPlatform target, Slot slot, Release release, Failure ended, CancellationToken cancellationToken,
        IReadOnlyCollection<string>? resting)
    {
        var wrong = await FindAsync(target, slot, release, cancellationToken, resting);
        if (wrong.Count == 0) return;
        var found = $"slot {slot.Name()} does not run {release.Version}: {string.Join("; ", wrong.Select(one => one.What))}";
        throw ended == Failure.CandidateFailed && wrong.All(one => one.IsMissing)
            ? new EngineException(Failure.CandidateFailed, found, "look at the candidate's logs among the evidence, repair, deploy again")
            : new EngineException(Failure.PersonNeeded, found,
                "find out what changed images or files on the target; then deploy with --force-rebuild under another --version (a recorded "
                    + "release never changes)");
    }

    private static async Task<IReadOnlyList<(string What, bool IsMissing)>> FindAsync(
        IPlatform target, Slot slot, Release release, CancellationToken cancellationToken, IReadOnlyCollection<string>? resting) =>
        [.. (await target.Hosts.AskAsync(host => host.InspectAsync(slot, cancellationToken), cancellationToken))
            .SelectMany(running => Wrong(running.Answer, release, resting)
                .Select(wrong => (running.Host.Says(wrong.What), wrong.IsMissing)))];

    private static IEnumerable<string> Unsteady(IReadOnlyList<RunningService> running, Release release) =>
        release.Services.Keys.Except(running.Select(service => service.Name)).Select(name => $"{name} does not run any more")
            .Concat(running.Where(service => service.Restarts > 0).Select(service => $"{service.Name} died and was started again "
                + $"({Plural.Of(service.Restarts, "time")}{(service.LastEnd is { } end ? $", the last after {end}" : "")})"));

    private static IEnumerable<(string What, bool IsMissing)> Wrong(
        IReadOnlyList<RunningService> services, Release release, IReadOnlyCollection<string>? resting)
    {
        var running = services.ToLookup(service => service.Name);
        return release.Artifacts.Where(artifact => release.Services.ContainsKey(artifact.Key))
            .SelectMany(artifact => running[artifact.Key].Any()
                ? running[artifact.Key].Where(service => service.Digest != artifact.Value.Digest)
                    .Select(service => ($"{artifact.Key} runs {service.Digest}, the release records {artifact.Value.Digest}", false))
                : resting?.Contains(artifact.Key) == true ? [] : [($"{artifact.Key} does not run", true)])
            .Concat(running.Where(service => !release.Services.ContainsKey(service.Key))
                .Select(service => ($"{service.Key} runs, but is no part of the release", false)));
    }
}
