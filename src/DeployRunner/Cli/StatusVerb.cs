using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Steps;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class StatusVerb() : Verb("status", "What runs now, asked of what runs.")
{
    public override bool GoesWithoutHosts => true;

    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var context = await invocation.OpenAsync(cancellationToken);
        await context.Platform.EnsureReachableAsync(cancellationToken);
        var (journal, history) = invocation.ReadJournal(context);
        var release = history.Current is { } current ? context.State.Releases.Find(current) : null;
        var begun = history.Deployments.Any(deployment => deployment.Change is not null);
        var unsupervised = await context.Platform.UnsupervisedAsync(cancellationToken);
        var hosts = await context.Platform.Hosts.AskAsync(host => OnHost.AskAsync(host, begun, cancellationToken), cancellationToken);
        invocation.Reporter.Report(new Table("service", [.. hosts.SelectMany(host =>
            host.Answer.Rows(host.Host.Name, release, unsupervised, SkippedOf))]));
        if (context.State.Lock.Holder() is { } holder) invocation.Reporter.Report(new Note($"locked by {holder}"));
        if (journal.Breaches.Count > 0) throw journal.Broken();
        var waiting = history.Waiting is { } candidate ? $"; {candidate.Version} {candidate.WaitsInWords(context.State.Lock.Now)}" : "";
        var answer = Answer(history, $"{history.Current ?? "none"}{release?.SkippedInWords()}",
            [.. hosts.SelectMany(host => host.Answer.Serving)],
            [.. hosts.SelectMany(host => host.Answer.Sick(release).Select(host.Host.Says))], unsupervised, waiting);
        var active = new ActiveSlots([.. hosts.Select(host => new HostAnswer<Shares>(host.Host, host.Answer.Shares))]);
        if (active is { Differ: false, AreSplit: true })
            answer = answer with { Summary = $"{answer.Summary}; the traffic is shared: {active.First}" };
        if (active.Differ && answer.Failure is null)
            answer = FlowResult.Done($"{answer.Summary}; the hosts differ: {active}",
                "deployrunner resume has all of them serve the current release");
        return invocation.Away.Count == 0 ? answer : new FlowResult(Failure.Unreachable,
            $"{answer.Summary}; not asked: {string.Join("; ", invocation.Away.Select(away => away.Message))}",
            string.Join("; ", invocation.Away.Select(away => away.NextStep).Distinct()));

        // A process may state any text as its version.
        string? SkippedOf(string version) => (version == release?.Version ? release : context.State.Releases.Find(version))
            is { Skipped.Count: > 0 } deployed ? string.Join(", ", deployed.Skipped) : null;
    }

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

    /// <summary>What runs on a host.</summary>
    /// <param name="Shares">Which slot has how much of its traffic.</param>
    private sealed record OnHost(Shares Shares, IReadOnlyList<(Slot Slot, RunningService Service)> Found)
    {
        public static async Task<OnHost> AskAsync(IPlatform host, bool begun, CancellationToken cancellationToken)
        {
            var shares = begun ? await host.Traffic.SharesAsync(cancellationToken) : Shares.None;
            var found = new List<(Slot Slot, RunningService Service)>();
            foreach (var slot in Enum.GetValues<Slot>())
                found.AddRange((await host.InspectAsync(slot, cancellationToken))
                    .OrderBy(service => service.Name, StringComparer.Ordinal).Select(service => (slot, service)));
            return new(shares, found);
        }

        private Slot? Active => Shares.Active;

        public IEnumerable<RunningService> Serving => Found.Where(one => one.Slot == Active).Select(one => one.Service);

        /// <summary>Services that should run and do not come last: no running service can report them.</summary>
        public IEnumerable<ServiceRow> Rows(string? host, Release? release, string? unsupervised, Func<string, string?> skippedOf) =>
            [.. Found.Select(one => Row(host, one.Slot, one.Service, unsupervised, skippedOf(one.Service.Version))),
                .. Missing(release).Select(name =>
                    new ServiceRow(name, null, ServiceHealth.NotRunning, null, Active!.Value.Name(), Traffic: true, host))];

        public IEnumerable<string> Sick(Release? release) =>
            [.. Missing(release).Select(name => $"{name} does not run"), .. Serving.Where(service => service.Healthy != true)
                .Select(service => $"{service.Name} is {(service.Healthy is null ? "silent" : "unhealthy")}")];

        private IEnumerable<string> Missing(Release? release) => Active is null ? [] : (release?.Services.Keys ?? [])
            .Except(Serving.Select(service => service.Name)).Order(StringComparer.Ordinal);

        private ServiceRow Row(string? host, Slot slot, RunningService service, string? unsupervised, string? skipped) => new(
            service.Name, service.Version,
            service.Healthy switch { true => ServiceHealth.Healthy, false => ServiceHealth.Unhealthy, null => ServiceHealth.Unknown },
            service.Since, slot.Name(), Shares.Of(slot) > 0, host, new(service.Digest, unsupervised is null ? null : "not supervised",
                service.Restarts == 0 ? null
                : service.LastEnd is { } end ? $"{service.Restarts}, the last after {end}" : $"{service.Restarts}", skipped));
    }
}
