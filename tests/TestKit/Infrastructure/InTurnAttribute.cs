using System.Globalization;
using Xunit.v3;

namespace ChainBridge.Tests.TestKit.Infrastructure;

/// <summary>
/// The tests of this class start so many runs of their own that a push takes a third of such classes (<c>eng/test.sh</c>);
/// <c>make test DEPTH=full</c> takes them all.
/// </summary>
/// <param name="turn">0, 1 or 2; the turns take about the same time.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class InTurnAttribute(int turn) : Attribute, ITraitAttribute
{
    /// <summary>How many turns there are.</summary>
    public const int Turns = 3;

    /// <summary>When the class has its turn.</summary>
    public int Turn => turn;

    /// <inheritdoc/>
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Turn", turn.ToString(CultureInfo.InvariantCulture))];
}
