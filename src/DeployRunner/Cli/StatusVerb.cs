using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class StatusVerb() : Verb("status", "What runs now, asked of what runs.")
{
    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var context = await invocation.OpenAsync(cancellationToken);
        await context.Platform.EnsureReachableAsync(cancellationToken);
        var journal = context.State.Journal.Read();
        foreach (var problem in journal.Ignored.Concat(journal.Breaches)) invocation.Reporter.Report(new Warning(problem));
        var history = context.State.HistoryOf(journal.Entries);
        var active = history.Deployments.Any(deployment => deployment.Change is not null)
            ? await context.Platform.Traffic.ActiveSlotAsync(cancellationToken)
            : null;
        var unsupervised = await context.Platform.UnsupervisedAsync(cancellationToken);
        var found = new List<(Slot Slot, RunningService Service)>();
        foreach (var slot in Enum.GetValues<Slot>())
            found.AddRange((await context.Platform.InspectAsync(slot, cancellationToken))
                .OrderBy(service => service.Name, StringComparer.Ordinal).Select(service => (slot, service)));
        var serving = found.Where(one => one.Slot == active).Select(one => one.Service).ToList();
        var release = history.Current is { } current ? context.State.Releases.Find(current) : null;
        // Services that should run and do not come first: no running service can report them.
        var missing = active is null
            ? []
            : (release?.Services.Keys ?? []).Except(serving.Select(service => service.Name)).Order(StringComparer.Ordinal).ToList();
        invocation.Reporter.Report(new Table("service",
            [.. found.Select(one => Row(one.Slot, one.Service, active, unsupervised, SkippedOf(one.Service.Version))),
                .. missing.Select(name =>
                    new ServiceRow(name, null, ServiceHealth.NotRunning, null, active!.Value.Name(), Traffic: true))]));
        if (context.State.Lock.Holder() is { } holder) invocation.Reporter.Report(new Note($"locked by {holder}"));
        if (journal.Breaches.Count > 0) throw journal.Broken();
        var waiting = history.Waiting is { } candidate ? $"; {candidate.Version} {candidate.WaitsInWords(context.State.Lock.Now)}" : "";
        return Answer(history, $"{history.Current ?? "none"}{release?.SkippedInWords()}", serving, Sick(serving, missing), unsupervised,
            waiting);

        // A process may state any text as its version.
        string? SkippedOf(string version) => (version == release?.Version ? release : context.State.Releases.Find(version))
            is { Skipped.Count: > 0 } deployed ? string.Join(", ", deployed.Skipped) : null;
    }

    private static ServiceRow Row(Slot slot, RunningService service, Slot? active, string? unsupervised, string? skipped) => new(
        service.Name, service.Version,
        service.Healthy switch { true => ServiceHealth.Healthy, false => ServiceHealth.Unhealthy, null => ServiceHealth.Unknown },
        service.Since, slot.Name(), slot == active, new(service.Digest, unsupervised is null ? null : "not supervised",
            service.Restarts == 0 ? null
            : service.LastEnd is { } end ? $"{service.Restarts}, the last after {end}" : $"{service.Restarts}", skipped));

    private static List<string> Sick(IReadOnlyList<RunningService> serving, IReadOnlyList<string> missing) =>
        [.. missing.Select(name => $"{name} does not run"), .. serving.Where(service => service.Healthy != true)
            .Select(service => $"{service.Name} is {(service.Healthy is null ? "silent" : "unhealthy")}")];

    private static FlowResult Answer(History history, string named, IReadOnlyList<RunningService> serving, IReadOnlyList<string> sick,
        string? unsupervised, string waiting)
    {
        var others = serving.Select(service => service.Version).Distinct().Where(version => version != history.Current).ToList();
        var stray = others.Count == 0 ? "" : $"; the traffic goes to {string.Join(", ", others)}, which is not the current release";
        var current = $"current release: {named}";
        if (unsupervised is not null)
            return new FlowResult(Failure.Unreachable, $"{unsupervised}; {current}{stray}{waiting}",
                "deployrunner deploy starts a supervisor, which takes over what runs and starts again what died");
        var back = history.RollbackTarget is { } target
            ? $"deployrunner rollback gives the traffic to {target}, the last stable release before it"
            : "deployrunner deploy";
        if (serving.Count == 0)
        {
            var why = sick.Count > 0
                ? $"{named} was promoted and died since: {string.Join(", ", sick)}"
                : $"the current one is {named}";
            return new FlowResult(Failure.NoSuchRelease, $"no release serves; {why}{waiting}",
                sick.Count > 0 ? back : "deployrunner deploy");
        }

        return sick.Count == 0
            ? FlowResult.Done($"{current}{stray}{waiting}")
            : FlowResult.Done($"{current}, and not well: {string.Join(", ", sick)}{stray}{waiting}", back);
    }
}
