using Xunit.v3;

namespace ChainBridge.Tests.TestKit.Infrastructure;

/// <summary>What a provider cannot be asked for: <c>make test</c> leaves it out there (<c>--filter NotOn!=external</c>).</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class NotOnAttribute(params string[] providers) : Attribute, ITraitAttribute
{
    /// <inheritdoc/>
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() =>
        [.. providers.Select(provider => new KeyValuePair<string, string>("NotOn", provider))];
}
