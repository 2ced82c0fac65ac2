using ChainBridge.Engine.Events;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;

namespace ChainBridge.Engine.Steps;

/// <summary>The gates of a release: they come from the manifest when it is deployed, and from its record ever after.</summary>
internal sealed class RecordedGates(FlowContext context)
{
    /// <summary>The gates of a release that is deployed now.</summary>
    public ReleaseGates Today => new(context.Manifest.Gates.Smoke, context.Manifest.Gates.Observe);

    /// <summary>What can be recorded of them. A probe or command with a secret in it cannot be kept without it.</summary>
    public ReleaseGates Recordable(ReleaseGates gates) => gates with
    {
        Smoke = gates.Smoke with
        {
            Probes = [.. gates.Smoke.Probes.Where(probe => IsOpen(probe.Path, probe.Body, probe.Contains, probe.Host))],
            Commands = [.. gates.Smoke.Commands.Where(command => IsOpen([.. command.Run, command.Results]))],
        },
    };

    /// <summary>
    /// The gates the release was deployed with, without its commands: the files those need are in the checkout, and that has moved on.
    /// </summary>
    public ReleaseGates WithoutCommands(Release release) =>
        Of(release) is var gates ? gates with { Smoke = gates.Smoke with { Commands = [] } } : gates;

    /// <summary>The gates the release was deployed with. Its commands are among them where the checkout is at its commit.</summary>
    public async Task<ReleaseGates> HereAsync(Release release, CancellationToken cancellationToken)
    {
        var gates = Of(release);
        if (gates.Smoke.Commands.Count == 0 || await CommitAsync(cancellationToken) == release.Commit) return gates;
        context.Runner.Reporter.Report(new Note(
            $"not run: {string.Join(", ", gates.Smoke.Commands.Select(command => $"'{command.Name}'"))}, "
                + $"because the checkout is not at {release.Version}'s commit; its recorded probes judge it"));
        return WithoutCommands(release);
    }

    /// <summary>Asks the service behind the first door whether it can work.</summary>
    public static ProbeSpec Health(Release release, ProbeSpec? like)
    {
        var open = release.Services[release.Doors[0].Service];
        return new("the release answers", "GET", open.Ready.HealthPath ?? "/", null, 200, null, TimeSpan.FromSeconds(5),
            like?.VersionHeader ?? "X-ChainBridge-Version") { Host = open.Host, VersionRequired = like?.VersionRequired ?? false };
    }

    /// <summary>
    /// A release of an earlier runner has its probes recorded, or nothing: then its health is asked. Limits and observation are today's.
    /// A door that is no longer there can be asked nothing.
    /// </summary>
    private ReleaseGates Of(Release release)
    {
        var gates = context.State.Releases.GatesOf(release.Version)
            ?? Today with { Smoke = Today.Smoke with { Probes = context.State.Releases.ProbesOf(release.Version), Commands = [] } };
        var there = gates.Smoke.Probes.Where(probe => probe.Door is null || context.Manifest.Doors.Any(door => door.Name == probe.Door))
            .ToList();
        if (there.Count < gates.Smoke.Probes.Count)
            context.Runner.Reporter.Report(new Note($"not asked: {string.Join(", ", gates.Smoke.Probes.Except(there).Select(probe =>
                $"{probe.Path} at the door {probe.Door}"))}, because there is no such door any more"));
        return gates with { Smoke = gates.Smoke with { Probes = there.Count > 0 ? there : [Health(release, null)] } };
    }

    /// <summary>Null where there is no checkout.</summary>
    private async Task<string?> CommitAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await context.Git.ReadAsync(context.Manifest.Root, cancellationToken)).Commit;
        }
        catch (EngineException)
        {
            return null;
        }
    }

    private bool IsOpen(params IEnumerable<string?> texts) => string.Join('\n', texts) is var all
        && context.Runner.Redactor.Hide(all) == all;
}
