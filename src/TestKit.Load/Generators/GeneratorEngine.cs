using System.Net;

namespace ChainBridge.TestKit.Load.Generators;

/// <summary>Splits a load over generators, each every n-th arrival, begins them together and merges what they measured.</summary>
/// <param name="agents">Where agents listen; none for processes of this machine.</param>
/// <param name="token">What the agents ask for.</param>
internal sealed class GeneratorEngine(int processes, IReadOnlyList<DnsEndPoint> agents, string? token, TimeProvider time) : ILoadEngine
{
    private static readonly TimeSpan TogetherAfter = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a setup may take: it logs in users or fills a database.</summary>
    private static readonly TimeSpan SetUpWithin = TimeSpan.FromMinutes(5);

    /// <summary>How long after its schedule, its drain and a step's timeout a generator may still clean up.</summary>
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();

    public async Task<LoadMeasurement> RunAsync(LoadPlan plan, ILoadWatcher? watcher, CancellationToken cancellationToken)
    {
        plan.Check();
        var links = new List<GeneratorLink>();
        try
        {
            if (agents.Count == 0)
                for (var i = 0; i < processes; i++) links.Add(GeneratorProcess.Start(plan.Scenario, i));
            else
                foreach (var agent in agents)
                    links.Add(await AgentLink.ConnectAsync(agent, token, cancellationToken).ConfigureAwait(false));
            if (await SetUpAsync(plan, links, cancellationToken).ConfigureAwait(false) is { } broken) return broken;

            var together = links.Count == 1 ? TimeSpan.Zero : TogetherAfter + links.Max(link => link.ClockUncertainty);
            foreach (var link in links)
                await link.BeginAsync(together - link.ClockUncertainty, cancellationToken).ConfigureAwait(false);
            return await MergeAsync(plan, links, together, watcher, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await Task.WhenAll(links.Select(link => link.DisposeAsync().AsTask())).ConfigureAwait(false);
        }
    }

    /// <returns>The end of a run that has ended before its load; null when all are ready.</returns>
    private async Task<LoadMeasurement?> SetUpAsync(LoadPlan plan, List<GeneratorLink> links, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(SetUpWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var settingUp = links.Select((link, number) =>
                link.SetUpAsync(plan, number, links.Count, time, agents.Count > 0, either.Token)).ToList();
            // The first that cannot begin ends the run: the others' setups may take minutes.
            await foreach (var ready in Task.WhenEach(settingUp).ConfigureAwait(false))
                if (await ready.ConfigureAwait(false) is { } early) return early;
            return null;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new()
            {
                StartedAt = time.GetUtcNow(), Broken = $"the setup did not end within {SetUpWithin.TotalMinutes:0} minutes",
            };
        }
        finally
        {
            await deadline.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task<LoadMeasurement> MergeAsync(
        LoadPlan plan, List<GeneratorLink> links, TimeSpan together, ILoadWatcher? watcher, CancellationToken cancellationToken)
    {
        var windows = new WindowMerge(links.Count);
        var begins = time.GetUtcNow() + together + plan.WarmUp;
        string? ended = null;
        void Saw(Func<IEnumerable<LoadWindow>> more)
        {
            string? why = null;
            lock (_gate)
                foreach (var whole in more())
                    if (watcher?.Sees(whole) is { } reason && ended is null) why = ended = reason;
            if (why is not null)
                foreach (var link in links) _ = link.EndAsync(why, cancellationToken);
        }

        async Task<LoadMeasurement> MeasureAsync(GeneratorLink link, int number, CancellationToken until)
        {
            var part = await link.MeasureAsync(begins, window => Saw(() => windows.Add(number, window)), until).ConfigureAwait(false);
            // The others are seen on without it.
            Saw(() => windows.Ended(number));
            return part;
        }

        var after = plan.Drain + plan.StepTimeout + EndWithin;
        using var deadline = new CancellationTokenSource(plan.WarmUp + plan.Drain + plan.Shape.Duration + after, time);
        // Cancelled, the generators are told, and what they have is kept.
        using var cancelled = cancellationToken.Register(() =>
        {
            foreach (var link in links) _ = link.EndAsync("it was cancelled", CancellationToken.None);
            deadline.CancelAfter(after);
        });
        var parts = await Task.WhenAll(links.Select((link, number) => MeasureAsync(link, number, deadline.Token))).ConfigureAwait(false);
        var all = new LoadMeasurement { Scenario = plan.Name, StartedAt = parts.Min(part => part.StartedAt) };
        for (var i = 0; i < parts.Length; i++)
        {
            for (var g = 0; g < parts[i].Generators.Count; g++)
                parts[i].Generators[g] = parts[i].Generators[g] with
                {
                    ClockOffset = links[i].ClockOffset, ClockUncertainty = links[i].ClockUncertainty,
                };
            all.Add(parts[i]);
        }

        return all;
    }
}
