namespace ChainBridge.TestKit.Diagnostics;

/// <summary>A service as it appears in a test's evidence.</summary>
/// <param name="Kind">How it runs, as text.</param>
/// <param name="Secrets">The secrets it was given: to be masked.</param>
/// <param name="State">Its state, as text.</param>
/// <param name="Lines">What it wrote.</param>
internal sealed record TracedService(
    string Name, string Kind, Uri Address, IReadOnlyList<string> Secrets, Func<string> State, Func<IReadOnlyList<string>> Lines);
