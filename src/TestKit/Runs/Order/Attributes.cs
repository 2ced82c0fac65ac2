using Xunit.v3;

namespace ChainBridge.TestKit;

/// <summary>
/// A test that is known to fail now and then, and the issue where that is worked on. It runs; when it fails it is
/// reported as skipped, with the link and what it failed with, and does not fail the run. <c>CHAINBRIDGE_QUARANTINE</c>
/// sets another way: <c>fail</c> (it counts), <c>only</c> (nothing else runs) or <c>skip</c> (it does not run).
/// </summary>
/// <param name="issue">
/// Absolute <c>http</c> or <c>https</c> address of the issue; with any other text the test fails without having run.
/// </param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class QuarantinedAttribute(string issue) : Attribute, ITraitAttribute
{
    /// <summary>The trait that such tests have, with the link as its value.</summary>
    public const string Trait = "Quarantined";

    /// <summary>The address of the issue in which the failure is tracked.</summary>
    public string Issue { get; } = issue;

    /// <inheritdoc/>
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new(Trait, Issue ?? "")];

    /// <summary>Null when the link is one.</summary>
    internal string? Problem => Uri.TryCreate(Issue, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        ? null
        : $"[Quarantined(\"{Issue}\")] names no issue: write its address, as in [Quarantined(\"https://example.org/issues/12\")]";
}

/// <summary>
/// A failing test is tried again, each time in a new instance of its class and with a new scope. One that passes then is
/// <em>flaky</em>, never plainly passed: it is reported as failed, or as skipped when <c>CHAINBRIDGE_MAX_FLAKY</c> allows
/// for it. <c>CHAINBRIDGE_RETRIES</c> sets the number for tests without the attribute (default 0).
/// </summary>
/// <param name="times">How often at most after the first attempt: 0 to 10.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method | AttributeTargets.Assembly)]
public sealed class RetryAttribute(int times) : Attribute
{
    /// <summary>How often at most after the first attempt.</summary>
    public int Times { get; } = times;
}
