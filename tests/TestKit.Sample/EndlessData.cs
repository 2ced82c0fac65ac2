using ChainBridge.TestKit;
using Xunit;

namespace ChainBridge.Tests.TestKit.Sample;

/// <summary>
/// Theories whose data does not end when <c>SAMPLE_ENDLESS</c> names their kind: <c>rows</c> come for ever, <c>blocks</c> waits
/// for a row that never comes. Else one row each.
/// </summary>
[Database]
public sealed class EndlessData
{
    public static IEnumerable<TheoryDataRow<int>> Rows()
    {
        yield return 0;
        for (var row = 1; Is("rows"); row++) yield return row;
    }

    public static IEnumerable<TheoryDataRow<int>> Blocks()
    {
        yield return 0;
        if (!Is("blocks")) yield break;
        using var never = new ManualResetEventSlim();
        never.Wait(CancellationToken.None);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Rows_come_for_ever(int row) => Assert.True(row >= 0);

    [Theory]
    [MemberData(nameof(Blocks))]
    public void A_row_never_comes(int row) => Assert.True(row >= 0);

    private static bool Is(string kind) => Environment.GetEnvironmentVariable("SAMPLE_ENDLESS") == kind;
}
