namespace ChainBridge.TestKit.Diagnostics;

/// <summary>A service as a test's evidence tells of it.</summary>
/// <param name="Kind">How it runs, for people.</param>
/// <param name="Secrets">The secrets it was given: to be masked.</param>
/// <param name="State">How it is, for people.</param>
/// <param name="Lines">What it wrote.</param>
internal sealed record TracedService(
    string Name, string Kind, Uri Address, IReadOnlyList<string> Secrets, Func<string> State, Func<IReadOnlyList<string>> Lines);
