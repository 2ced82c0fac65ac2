using Xunit;

namespace ChainBridge.Tests.TestKit.Runs;

/// <summary>The runs that <see cref="MisbehaviourTests"/> looks at, three at a time: each has its deadline from its own start on.</summary>
public sealed class Misbehaviour : IAsyncLifetime
{
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _places = new(3);

    /// <summary>A test holds the locks of the console, beside tests that pass.</summary>
    internal Task<SampleRun> Console { get; private set; } = null!;

    /// <summary>The same under <c>dotnet test</c>.</summary>
    internal Task<SampleRun> ConsoleUnderDotnetTest { get; private set; } = null!;

    /// <summary>Theories whose rows come for ever.</summary>
    internal Task<SampleRun> Rows { get; private set; } = null!;

    /// <summary>Theories of which a row never comes.</summary>
    internal Task<SampleRun> Blocks { get; private set; } = null!;

    /// <summary>Rows that come for ever under <c>dotnet test</c>, which asks for them while it looks for tests.</summary>
    internal Task<SampleRun> RowsUnderDotnetTest { get; private set; } = null!;

    /// <summary>Such theories in the assembly, and a filter that names another class.</summary>
    internal Task<SampleRun> Elsewhere { get; private set; } = null!;

    /// <summary>Exceptions that nothing catches.</summary>
    internal Task<SampleRun> Thrown { get; private set; } = null!;

    /// <summary>The same under <c>dotnet test</c>.</summary>
    internal Task<SampleRun> ThrownUnderDotnetTest { get; private set; } = null!;

    /// <inheritdoc/>
    public ValueTask InitializeAsync()
    {
        Console = InPlaceAsync(() => SampleRun.OfClassesAsync(With(), _stop.Token, "HoldsTheConsole", "Quick"));
        ConsoleUnderDotnetTest = InPlaceAsync(() =>
            SampleRun.OfDotnetTestAsync("FullyQualifiedName~.HoldsTheConsole.|FullyQualifiedName~.Quick.", With(), _stop.Token));
        Rows = InPlaceAsync(() => SampleRun.OfClassesAsync(With("rows"), _stop.Token, "EndlessData", "Quick"));
        Blocks = InPlaceAsync(() => SampleRun.OfClassesAsync(With("blocks"), _stop.Token, "EndlessData", "Quick"));
        RowsUnderDotnetTest = InPlaceAsync(() =>
            SampleRun.OfDotnetTestAsync("FullyQualifiedName~.EndlessData.|FullyQualifiedName~.Quick.", With("rows"), _stop.Token));
        Elsewhere = InPlaceAsync(() => SampleRun.OfDotnetTestAsync("FullyQualifiedName~.Quick.", With("blocks"), _stop.Token));
        Thrown =
            InPlaceAsync(() => SampleRun.OfClassesAsync(With(), _stop.Token, "ThrowsElsewhere", "ThrowsInAsyncVoid", "ThrowsAfterItsEnd"));
        ThrownUnderDotnetTest = InPlaceAsync(() => SampleRun.OfDotnetTestAsync(
            "FullyQualifiedName~.ThrowsElsewhere.|FullyQualifiedName~.ThrowsAfterItsEnd.", With(), _stop.Token));
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Task all = Task.WhenAll(Console, ConsoleUnderDotnetTest, Rows, Blocks, RowsUnderDotnetTest, Elsewhere, Thrown,
            ThrownUnderDotnetTest);
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _places.Dispose();
        _stop.Dispose();
    }

    private async Task<SampleRun> InPlaceAsync(Func<Task<SampleRun>> run)
    {
        await _places.WaitAsync(_stop.Token);
        try
        {
            return await run();
        }
        finally
        {
            _places.Release();
        }
    }

    private static Dictionary<string, string> With(string endless = "") =>
        new() { ["SAMPLE_ENDLESS"] = endless, ["CHAINBRIDGE_BUDGET_DATABASE"] = "15s", ["CHAINBRIDGE_BUDGET_SMOKE"] = "60s" };
}
