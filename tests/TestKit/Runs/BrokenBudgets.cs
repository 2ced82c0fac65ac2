using Xunit;

namespace ChainBridge.Tests.TestKit.Runs;

/// <summary>The runs that the budget tests look at, all started at once: each takes its budget and what comes after it.</summary>
public sealed class BrokenBudgets : IAsyncLifetime
{
    private static readonly Dictionary<string, string> None = [];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Every way to break a budget in one run.</summary>
    internal Task<SampleRun> Everything { get; private set; } = null!;

    /// <summary>A fixture of a class hangs while it is disposed.</summary>
    internal Task<SampleRun> HangingEnd { get; private set; } = null!;

    /// <summary>A fixture of the assembly hangs while it is made.</summary>
    internal Task<SampleRun> HangingAssembly { get; private set; } = null!;

    /// <summary>Under <c>dotnet test</c>.</summary>
    internal Task<SampleRun> DotnetTest { get; private set; } = null!;

    /// <inheritdoc/>
    public ValueTask InitializeAsync()
    {
        Everything = SampleRun.OfClassesAsync(None, _stop.Token, "Overruns", "Swallows", "Blocks", "BlocksInTheForeground",
            "HangsInItsFixture", "Quick", "WithoutCategory");
        HangingEnd = SampleRun.OfClassesAsync(None, _stop.Token, "HangsInTheEndOfItsFixture");
        HangingAssembly = SampleRun.OfClassesAsync(new Dictionary<string, string> { ["SAMPLE_HANGS"] = "fixture" }, _stop.Token,
            "Overruns", "Quick");
        DotnetTest = SampleRun.OfDotnetTestAsync(
            "FullyQualifiedName~.Overruns.|FullyQualifiedName~.Blocks.|FullyQualifiedName~.HangsInItsFixture.|FullyQualifiedName~.Quick.",
            _stop.Token);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Task all = Task.WhenAll(Everything, HangingEnd, HangingAssembly, DotnetTest);
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
