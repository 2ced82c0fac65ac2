using System.Globalization;

namespace ChainBridge.TestKit.Load.Generators;

/// <summary>The generator's side: reads one plan, runs it and writes the measurement. It ends when its input does.</summary>
internal sealed class GeneratorHost(TextReader from, TextWriter to, TimeProvider time) : ILoadWatcher
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<TimeSpan> _begin = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LoadSession? _session;

    /// <summary>Serves one run.</summary>
    public async Task<int> ServeAsync(CancellationToken cancellationToken)
    {
        if (await from.ReadLineAsync(cancellationToken).ConfigureAwait(false) is not { } first) return 2;
        try
        {
            var (word, rest) = GeneratorWords.Split(first);
            if (word != GeneratorWords.Run) throw new LoadPlanException($"a generator is told '{GeneratorWords.Run}' first, and was told "
                + $"'{word}'");
            var parts = rest.Split(' ', 3);
            var plan = LoadJson.ReadPlan(parts[2]);
            plan.Check();
            using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _session = new(plan, ScenarioLoader.Make(plan.Scenario), Number(parts[0]), Number(parts[1]), time, new PrecisePacer());
            var listening = ListenAsync(abandoned);
            var measured = await _session.RunAsync(BeginTogetherAsync, this, abandoned.Token).ConfigureAwait(false);
            Say(GeneratorWords.Measured, LoadJson.Write(measured));
            return 0;
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
            to.WriteLine($"{word} {text.ReplaceLineEndings(" ")}");
            to.Flush();
        }
    }

    internal static long Microseconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
