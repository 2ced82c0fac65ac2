using System.Text.Json;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.State;

/// <summary>How a run ended, in the words that every journal has.</summary>
public sealed class EndingTests
{
    public static TheoryData<Failure?> Endings =>
        new([(Failure?)null, .. Enum.GetValues<Failure>().Select(failure => (Failure?)failure)]);

    [Theory]
    [InlineData("Done", null)]
    [InlineData("Usage", Failure.Usage)]
    [InlineData("GateFailed", Failure.GateFailed)]
    [InlineData("RolledBack", Failure.CandidateFailed)]
    [InlineData("NoPreviousRelease", Failure.NoPreviousRelease)]
    [InlineData("PersonNeeded", Failure.PersonNeeded)]
    [InlineData("Inconclusive", Failure.Inconclusive)]
    [InlineData("Locked", Failure.Locked)]
    [InlineData("PreflightRefused", Failure.Refused)]
    [InlineData("NoSuchRelease", Failure.NoSuchRelease)]
    [InlineData("TargetUnreachable", Failure.Unreachable)]
    [InlineData("Interrupted", Failure.Interrupted)]
    public void A_line_that_an_earlier_runner_wrote_is_read_and_the_same_is_written(string word, Failure? failure)
    {
        var line = Line($"\"{word}\"");
        var entry = JournalLine.Entry(line)!;
        entry.Ending.Should().Be(new Ending(failure));
        JournalLine.Seal(entry, "").Body.Should().Be(line);
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public void Every_way_a_run_ends_has_a_word_and_is_read_again(Failure? failure) =>
        JsonSerializer.Deserialize<Ending>(JsonSerializer.Serialize(new Ending(failure))).Should().Be(new Ending(failure));

    [Theory]
    [InlineData("\"Sideways\"")]
    [InlineData("11")]
    public void Another_word_makes_the_line_none_of_a_runner(string word) => JournalLine.Entry(Line(word)).Should().BeNull();

    /// <summary>As a runner wrote it before failures had names of their own.</summary>
    private static string Line(string exitCode) => """
        {"at":"2026-11-20T08:00:00+00:00","deployment":"d1","event":"DeploymentEnded","verb":"deploy","version":"v1",
        "by":"a@b","token":1,"outcome":"Failed","exitCode":WORD,"detail":"why"}
        """.ReplaceLineEndings("").Replace("WORD", exitCode, StringComparison.Ordinal);
}
