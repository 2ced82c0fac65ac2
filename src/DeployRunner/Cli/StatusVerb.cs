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
        var unsupervised = await context.Target.UnsupervisedAsync(cancellationToken);
        var rows = new List<TableRow>();
        foreach (var slot in Enum.GetValues<Slot>())
            foreach (var service in (await context.Target.InspectAsync(slot, cancellationToken)).OrderBy(service => service.Name, StringComparer.Ordinal))
                rows.Add(new TableRow(
                    [service.Name, service.Version, service.Healthy switch { true => "healthy", false => "unhealthy", null => "unknown" }, $"{service.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss}",
                        slot.ToString().ToLowerInvariant(), slot == active ? "yes" : "no"],
                    [new("digest", service.Digest), .. unsupervised is null ? [] : new KeyValuePair<string, string>[] { new("supervised", "not supervised") }, .. service.Restarts == 0 ? [] : new KeyValuePair<string, string>[] { new("restarts", service.LastEnd is { } end ? $"{service.Restarts}, the last after {end}" : $"{service.Restarts}") }]));
        var (serving, release) = (rows.Where(row => row.Cells[^1] == "yes").ToList(), history.Current is { } current ? context.Releases.Find(current) : null);
        // What should run and does not is the first thing to know, and nothing that runs can say it.
        if (active is { } open && serving.Count > 0)
            rows.AddRange((release?.Artifacts.Keys ?? []).Except(serving.Select(row => row.Cells[0])).Order(StringComparer.Ordinal)
                .Select(name => new TableRow([name, "-", "not running", "-", open.ToString().ToLowerInvariant(), "yes"], [])));
        invocation.Reporter.Report(new Table("service", ["service", "version", "health", "since", "slot", "traffic"], rows));
        if (context.Lock.Holder() is { } holder) invocation.Reporter.Report(new Note($"locked by {holder}"));
        var waiting = history.Waiting is { } candidate ? $"; {candidate.Version} waits for promote or abort" : "";
        var others = serving.Select(row => row.Cells[1]).Distinct().Where(version => version != history.Current).ToList();
        var stray = others.Count == 0 ? "" : $"; the traffic goes to {string.Join(", ", others)}, which is not the current release";
        if (unsupervised is not null)
            return new FlowResult(ExitCode.TargetUnreachable, $"{unsupervised}; current release: {history.Current ?? "none"}{stray}{waiting}", "deployrunner deploy starts a supervisor, which takes over what runs and starts again what died");
        return serving.Count > 0
            ? new FlowResult(ExitCode.Done, $"current release: {history.Current ?? "none"}{stray}{waiting}")
            : new FlowResult(ExitCode.NoSuchRelease, $"no release serves; the current one is {history.Current ?? "none"}{waiting}", "deployrunner deploy");
    }
}
