using System.Globalization;

namespace ChainBridge.TestKit.Load.Generators;

/// <summary>The generator's side: reads one plan, runs it and writes the measurement. It ends when its input does.</summary>
internal sealed class GeneratorHost(TextReader from, TextWriter to, TimeProvider time) : ILoadWatcher
{
    /// <summary>How long after the run has gone, beyond the drain and a step's timeout, a scenario may still clean up.</summary>
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<TimeSpan> _begin = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LoadSession? _session;

    /// <summary>Serves one run.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ServeAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await from.ReadLineAsync(cancellationToken).ConfigureAwait(false) is not { } first) return 2;
            var (word, rest) = GeneratorWords.Split(first);
            if (word != GeneratorWords.Run) throw new LoadPlanException($"a generator is told '{GeneratorWords.Run}' first, and was told "
                + $"'{word}'");
            var parts = rest.Split(' ', 3);
            var plan = LoadJson.ReadPlan(parts[2]);
            plan.Check();
            using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _session = new(plan, ScenarioLoader.Make(plan.Scenario), Number(parts[0]), Number(parts[1]), time, new PrecisePacer())
            {
                KeepsWindows = false, InChild = true,
            };
            var listening = ListenAsync(abandoned);
            var running = _session.RunAsync(BeginTogetherAsync, this, abandoned.Token);
            // A scenario that holds on to its thread must not keep the process of a run that is gone.
            if (await Task.WhenAny(running, GoneAsync(plan, abandoned.Token)).ConfigureAwait(false) != running) return 1;
            Say(GeneratorWords.Measured, LoadJson.Write(await running.ConfigureAwait(false)));
            return 0;
        }
        catch (OperationCanceledException)
        {
            return 1;
        }
        catch (LoadPlanException bad)
        {
            Say(GeneratorWords.Refused, bad.Message);
            return 2;
        }
    }

    /// <inheritdoc/>
    public string? Sees(LoadWindow window)
    {
        Say(GeneratorWords.Window, LoadJson.Write(window));
        return null;
    }

    private async Task GoneAsync(LoadPlan plan, CancellationToken abandoned)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var told = abandoned.Register(gone.SetResult);
        await gone.Task.ConfigureAwait(false);
        await Task.Delay(plan.Drain + plan.StepTimeout + EndWithin, time, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task BeginTogetherAsync()
    {
        Say(GeneratorWords.Ready, "");
        var rest = await _begin.Task.ConfigureAwait(false);
        if (rest > TimeSpan.Zero) await Task.Delay(rest, time).ConfigureAwait(false);
    }

    private async Task ListenAsync(CancellationTokenSource abandoned)
    {
        while (await from.ReadLineAsync(abandoned.Token).ConfigureAwait(false) is { } line)
            switch (GeneratorWords.Split(line))
            {
                case (GeneratorWords.Clock, _):
                    Say(GeneratorWords.Clock, Microseconds(time.GetUtcNow()).ToString(CultureInfo.InvariantCulture));
                    break;
                case (GeneratorWords.Begin, var after): _begin.TrySetResult(TimeSpan.FromMicroseconds(Number(after))); break;
                case (GeneratorWords.End, var reason): _session!.End(reason); break;
            }
        // The run that asked is gone: a load must not go on without the run that reads it.
        await abandoned.CancelAsync().ConfigureAwait(false);
        _begin.TrySetResult(TimeSpan.Zero);
    }

    private void Say(string word, string text)
    {
        lock (_gate)
        {
            try
            {
                to.WriteLine($"{word} {text.ReplaceLineEndings(" ")}");
                to.Flush();
            }
            catch (IOException)
            {
                // The run has gone, which the end of the input says too: the clean-up comes all the same.
            }
        }
    }

    internal static long Microseconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
