using ChainBridge.TestKit.Diagnostics;

namespace ChainBridge.TestKit.Scopes;

/// <summary>The evidence of a failed test, as <see cref="FailureBundle"/> collects it.</summary>
internal static class PlainEvidence
{
    /// <summary>See <see cref="CollectEvidence"/>.</summary>
    public static Task<string?> CollectAsync(TestScope scope, TestEnding ending, CancellationToken cancellationToken) => FailureBundle.CollectAndLinkAsync(scope, ending, cancellationToken);
}
