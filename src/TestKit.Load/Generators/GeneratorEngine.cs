using System.Net;

namespace ChainBridge.TestKit.Load.Generators;

/// <summary>Splits a load over generators, each every n-th arrival, begins them together and merges what they measured.</summary>
/// <param name="agents">Where agents listen; none for processes of this machine.</param>
/// <param name="token">What the agents ask for.</param>
internal sealed class GeneratorEngine(int processes, IReadOnlyList<DnsEndPoint> agents, string? token, TimeProvider time) : ILoadEngine
{
    private static readonly TimeSpan TogetherAfter = TimeSpan.FromMilliseconds(50);
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
            var early = await Task.WhenAll(links.Select((link, number) =>
                link.SetUpAsync(plan, number, links.Count, time, agents.Count > 0, cancellationToken))).ConfigureAwait(false);
            if (early.OfType<LoadMeasurement>().FirstOrDefault() is { } broken) return broken;

            var together = links.Count == 1 ? TimeSpan.Zero : TogetherAfter + links.Max(link => link.ClockUncertainty);
            foreach (var link in links)
                await link.BeginAsync(together - link.ClockUncertainty, cancellationToken).ConfigureAwait(false);
            return await MergeAsync(links, watcher, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (var link in links) await link.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<LoadMeasurement> MergeAsync(List<GeneratorLink> links, ILoadWatcher? watcher, CancellationToken cancellationToken)
    {
        var windows = new WindowMerge(links.Count);
        string? ended = null;
        void Saw(int generator, LoadWindow window)
        {
            string? why = null;
            lock (_gate)
                foreach (var whole in windows.Add(generator, window))
                    if (watcher?.Sees(whole) is { } reason && ended is null) why = ended = reason;
            if (why is not null)
                foreach (var link in links) _ = link.EndAsync(why, cancellationToken);
        }

        // Cancelled, the generators are told, and what they have is kept.
        using var cancelled = cancellationToken.Register(() =>
        {
            foreach (var link in links) _ = link.EndAsync("it was cancelled", CancellationToken.None);
        });
        var parts = await Task.WhenAll(links.Select((link, number) =>
            link.MeasureAsync(window => Saw(number, window), CancellationToken.None))).ConfigureAwait(false);
        var all = new LoadMeasurement { StartedAt = parts.Min(part => part.StartedAt) };
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
