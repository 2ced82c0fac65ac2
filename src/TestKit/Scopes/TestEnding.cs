namespace ChainBridge.TestKit;

/// <summary>How a test ended.</summary>
/// <param name="Failed">It failed, for whatever reason; its database is quarantined.</param>
/// <param name="GivenUp">It was left behind while it ran on: what it holds must never be handed out again.</param>
/// <param name="Message">What it failed with; null when it passed.</param>
public sealed record TestEnding(bool Failed, bool GivenUp = false, string? Message = null)
{
    /// <summary>All is well.</summary>
    public static TestEnding Passed { get; } = new(Failed: false);
}
