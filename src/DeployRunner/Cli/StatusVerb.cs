using ChainBridge.DeployRunner.Flows;
using ChainBridge.DeployRunner.Releases;
using ChainBridge.DeployRunner.Reporting;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class StatusVerb() : Verb("status", "What runs now, asked of what runs.")
{
    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var context = await invocation.OpenAsync(cancellationToken);
        await context.Target.EnsureReachableAsync(cancellationToken);
        var history = context.History();
        var active = history.Deployments.Any(deployment => deployment.ChangedTarget) ? await context.Target.ActiveSlotAsync(cancellationToken) : null;
        var rows = new List<TableRow>();
        foreach (var slot in Enum.GetValues<Slot>())
            foreach (var service in (await context.Target.InspectAsync(slot, cancellationToken)).OrderBy(service => service.Name, StringComparer.Ordinal))
                rows.Add(new TableRow(
                    [service.Name, service.Version, service.Healthy switch { true => "healthy", false => "unhealthy", null => "unknown" }, $"{service.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss}",
                        slot.ToString().ToLowerInvariant(), slot == active ? "yes" : "no"],
                    [new("digest", service.Digest), .. service.Restarts == 0 ? [] : new KeyValuePair<string, string>[] { new("restarts", $"{service.Restarts}, the last after {service.LastEnd}") }]));
        invocation.Reporter.Report(new Table("service", ["service", "version", "health", "since", "slot", "traffic"], rows));
        if (context.Lock.Holder() is { } holder) invocation.Reporter.Report(new Note($"locked by {holder}"));
        var waiting = history.Waiting is { } candidate ? $"; {candidate.Version} waits for promote or abort" : "";
        return rows.Any(row => row.Cells[^1] == "yes")
            ? new FlowResult(ExitCode.Done, $"current release: {history.Current ?? "none"}{waiting}")
            : new FlowResult(ExitCode.NoSuchRelease, $"no release serves; the current one is {history.Current ?? "none"}{waiting}", "deployrunner deploy");
    }
}
