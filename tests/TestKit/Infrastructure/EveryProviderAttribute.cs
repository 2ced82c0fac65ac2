using Xunit.v3;

namespace ChainBridge.Tests.TestKit.Infrastructure;

/// <summary>
/// What every provider promises alike: run once per provider by <c>make test</c> (<c>--filter Provider=every</c>). A rule that only
/// PostgreSQL decides, as what a reset or a migration does, has it not: it holds on one server as on the other.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class EveryProviderAttribute : Attribute, ITraitAttribute
{
    /// <inheritdoc/>
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Provider", "every")];
}
