using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Steps;

/// <summary>The addresses at which gates ask a release, and the proof that it is the one which answers there.</summary>
internal static class Subjects
{
    /// <summary>Through the public doors: the edge's stamp names the release that answered.</summary>
    /// <param name="gate">Its commands may refer to services of the release.</param>
    /// <exception cref="GateException">Inconclusive: the edge does not answer, which is no fault of the release.</exception>
    public static async Task<IReadOnlyList<GateSubject>> PublicAsync(
        DeploymentRun run, Slot slot, Release release, CancellationToken cancellationToken, GateSpec? gate = null)
    {
        try
        {
            var subjects = await AtTheEdgeAsync(run, slot, release, cancellationToken);
            return gate is null ? subjects : await run.SubjectsAsync(release.Version,
                () => GateServices.AddAsync(run.Platform, subjects, gate, _ => slot, cancellationToken));
        }
        catch (EngineException away) when (away.Failure == Failure.Unreachable)
        {
            var evidence = new Evidence("the edge", away.Message, Verdict.Inconclusive, run.Context.Runner.Time.GetUtcNow(), "runner");
            throw new GateException(
                new GateResult("the public doors", Verdict.Inconclusive, away.Message, [evidence], null, TimeSpan.Zero));
        }
    }

    /// <summary>The same for the way back, which can start an edge, and leave out a host.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Unreachable"/>: the edge does not answer.</exception>
    public static Task<IReadOnlyList<GateSubject>> AtTheEdgeAsync(
        DeploymentRun run, Slot slot, Release release, CancellationToken cancellationToken) =>
        run.SubjectsAsync(release.Version, async () =>
            [.. (await run.Platform.Hosts.AskAsync(host => host.Traffic.DoorsAsync(slot, cancellationToken), cancellationToken))
                .Select(open => GateSubject.At(open.Answer, release.Version, open.Host.Name, open.Host.Platform.Way))]);

    /// <summary>
    /// At the addresses of the services behind the doors, with the release to hold it against: what runs there was compared by digest.
    /// </summary>
    public static Task<IReadOnlyList<GateSubject>> CandidateAsync(
        DeploymentRun run, Slot slot, Release release, CancellationToken cancellationToken) =>
        run.SubjectsAsync(release.Version, async () =>
        {
            var found = await run.Platform.Hosts.AskAsync(async host =>
                await host.CandidateDoorsAsync(slot, release, cancellationToken) is { Count: > 0 } doors
                    ? GateSubject.At(doors, release.Version, VersionProof.Digests)
                    : throw new EngineException(Failure.CandidateFailed, $"nothing answers in slot {slot.Name()} though it was started",
                        "look at the candidate's logs"), cancellationToken);
            var subjects = new List<GateSubject>();
            foreach (var (host, subject) in found)
                subjects.Add(await Predecessors.BesideAsync(
                    run, subject with { Host = host.Name, Way = host.Platform.Way }, host.Platform, cancellationToken));
            return await GateServices.AddAsync(run.Platform, subjects, run.Gates.Smoke, _ => slot, cancellationToken);
        });

    /// <summary>The gate with the version routes that the manifest names for services behind doors.</summary>
    public static GateSpec WithVersions(GateSpec gate, Release release) => gate with
    {
        Probes = [.. gate.Probes, .. release.Doors.DistinctBy(door => door.Service)
            .Select(door => (Door: door.Name, Service: release.Services[door.Service])).Where(behind => behind.Service.StatesVersion)
            .Select(behind => new ProbeSpec($"the version of {behind.Service.Name}", "GET", behind.Service.VersionPath, null, 200, null,
                TimeSpan.FromSeconds(5), "X-ChainBridge-Version")
            {
                Door = behind.Door, Host = behind.Service.Host, StatesVersion = true,
            })],
    };
}
