using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.State;

public sealed class JournalChainTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chain-");

    public void Dispose() => _folder.Delete(recursive: true);

    private Journal Journal => new(new LocalFiles(), _folder.FullName);

    private string LinesFile => Path.Combine(_folder.FullName, Journal.LinesFile);

    private string HeadFile => Path.Combine(_folder.FullName, Journal.HeadFile);

    public static TheoryData<string, int, string> Changes => new()
    {
        { "edit", 3, "was changed after it was written" },
        { "edit-first", 1, "was changed after it was written" },
        { "edit-last", 5, "was changed after it was written" },
        { "remove", 3, "does not follow the one before it" },
        { "remove-first", 1, "does not follow the one before it" },
        { "swap", 2, "does not follow the one before it" },
        { "repeat", 4, "does not follow the one before it" },
        { "insert-unsealed", 3, "is not sealed" },
        { "insert-garbage", 3, "no runner wrote the line" },
        { "strip-seals", 5, "lines are missing at the end" },
        { "cut-end", 4, "lines are missing at the end" },
        { "empty", 1, "lines are missing at the end" },
    };

    [Theory, MemberData(nameof(Changes))]
    public void A_line_that_was_edited_removed_moved_or_inserted_is_named_and_nothing_after_it_is_believed(
        string change, int line, string what)
    {
        foreach (var id in Enumerable.Range(1, 5)) Journal.Append(Entry($"d{id}"));
        File.WriteAllLines(LinesFile, Changed(change, File.ReadAllLines(LinesFile)));

        var reading = Journal.Read();

        reading.Breaches.Should().NotBeEmpty();
        reading.Breaches[0].Should().StartWith($"{LinesFile}:{line}: ").And.Contain(what);
        reading.Entries.Select(entry => entry.Deployment).Should().Equal(
            Enumerable.Range(1, change is "strip-seals" ? 5 : Math.Min(line - (change is "cut-end" ? 0 : 1), 5)).Select(id => $"d{id}"));
        var decide = () => reading.Whole();
        decide.Should().Throw<EngineException>().Which.Should().Match<EngineException>(refused => refused.Failure == Failure.PersonNeeded
            && refused.Message.Contains($"{LinesFile}:{line}") && refused.NextStep.Contains("journal --accept"));
    }

    [Theory]
    [InlineData("edit")]
    [InlineData("remove")]
    [InlineData("insert-garbage")]
    [InlineData("cut-end")]
    public void Entries_appended_to_a_changed_journal_do_not_cover_the_change_up(string change)
    {
        foreach (var id in Enumerable.Range(1, 5)) Journal.Append(Entry($"d{id}"));
        File.WriteAllLines(LinesFile, Changed(change, File.ReadAllLines(LinesFile)));
        var before = Journal.Read().Breaches;
        foreach (var id in Enumerable.Range(6, 3)) Journal.Append(Entry($"d{id}"));
        Journal.Read().Breaches.Should().HaveSameCount(before);
    }

    [Theory, MemberData(nameof(Changes))]
    public void A_person_accepts_a_changed_journal_as_it_stands_and_the_chain_goes_on(string change, int line, string what)
    {
        foreach (var id in Enumerable.Range(1, 5)) Journal.Append(Entry($"d{id}"));
        File.WriteAllLines(LinesFile, Changed(change, File.ReadAllLines(LinesFile)));
        Journal.Accept(Entry("accepted") with { Event = JournalEvent.JournalAccepted, Detail = $"{line}: {what}" });
        Journal.Append(Entry("d9"));

        var reading = Journal.Read();

        reading.Breaches.Should().BeEmpty();
        reading.Entries.TakeLast(2).Select(entry => entry.Deployment).Should().Equal("accepted", "d9");
        File.WriteAllText(LinesFile, File.ReadAllText(LinesFile).Replace("\"accepted\"", "\"Accepted\"", StringComparison.Ordinal));
        Journal.Read().Breaches.Should().NotBeEmpty("the acceptance itself is sealed too");
    }

    [Fact]
    public void A_journal_of_a_runner_that_sealed_nothing_is_believed_up_to_the_first_sealed_line_which_covers_it()
    {
        // {0}: what both lines hold; one line each, as the runner wrote them.
        var old = """
            {"at":"2026-11-24T10:00:00+00:00","deployment":"old-1","event":"DeploymentBegun",{0}}
            {"at":"2026-11-24T10:00:01+00:00","deployment":"old-1","event":"DeploymentEnded",{0},"outcome":"Promoted"}

            """.Replace("{0}", "\"verb\":\"deploy\",\"version\":\"A\",\"by\":\"ann@here\",\"token\":1", StringComparison.Ordinal);
        File.WriteAllText(LinesFile, old);
        Journal.Read().Should().Match<JournalReading>(reading => reading.Breaches.Count == 0 && reading.Entries.Count == 2);
        Journal.Append(Entry("d1"));
        Journal.Append(Entry("d2"));
        Journal.Read().Should().Match<JournalReading>(reading => reading.Breaches.Count == 0 && reading.Entries.Count == 4);

        File.WriteAllText(LinesFile, File.ReadAllText(LinesFile)
            .Replace("\"outcome\":\"Promoted\"", "\"outcome\":\"RolledBack\"", StringComparison.Ordinal));
        Journal.Read().Breaches.Should().ContainSingle().Which.Should().StartWith($"{LinesFile}:3: ");
    }

    [Fact]
    public void A_journal_that_is_gone_or_whose_head_is_gone_is_named()
    {
        foreach (var id in Enumerable.Range(1, 3)) Journal.Append(Entry($"d{id}"));
        var head = File.ReadAllText(HeadFile);
        File.Delete(HeadFile);
        Journal.Read().Breaches.Should().ContainSingle().Which.Should().Contain("journal.head");
        File.WriteAllText(HeadFile, head);
        Journal.Read().Breaches.Should().BeEmpty();
        File.Delete(LinesFile);
        Journal.Read().Breaches.Should().ContainSingle().Which.Should().Contain("lines are missing");
    }

    [Fact]
    public void A_runner_that_died_between_a_line_and_its_head_breaks_nothing()
    {
        Journal.Append(Entry("d1"));
        var first = File.ReadAllText(HeadFile);
        Journal.Append(Entry("d2"));
        File.WriteAllText(HeadFile, first);
        Journal.Read().Breaches.Should().BeEmpty();
        Journal.Append(Entry("d3"));
        Journal.Read().Should().Match<JournalReading>(reading => reading.Breaches.Count == 0 && reading.Entries.Count == 3);
        File.WriteAllLines(LinesFile, File.ReadAllLines(LinesFile)[..2]);
        Journal.Read().Breaches.Should().ContainSingle("the head follows again, so the cut is seen");
    }

    [Fact]
    public void A_line_is_sealed_to_the_one_before_it_also_where_the_last_ones_are_longer_than_what_is_read_of_the_end()
    {
        Journal.Append(Entry("d1"));
        Journal.Append(Entry("d2") with { Detail = new string('x', 200_000) });
        Journal.Append(Entry("d3"));
        Journal.Read().Should().Match<JournalReading>(reading => reading.Breaches.Count == 0 && reading.Entries.Count == 3);
    }

    private static string[] Changed(string change, string[] lines) => change switch
    {
        "edit" => [.. lines[..2], Edited(lines[2]), .. lines[3..]],
        "edit-first" => [Edited(lines[0]), .. lines[1..]],
        "edit-last" => [.. lines[..4], Edited(lines[4])],
        "remove" => [.. lines[..2], .. lines[3..]],
        "remove-first" => lines[1..],
        "swap" => [lines[0], lines[2], lines[1], .. lines[3..]],
        "repeat" => [.. lines[..3], lines[1], .. lines[3..]],
        "insert-unsealed" => [.. lines[..2], lines[1][..lines[1].IndexOf(",\"previous\"", StringComparison.Ordinal)] + "}", .. lines[2..]],
        "insert-garbage" => [.. lines[..2], "garbage", .. lines[2..]],
        "strip-seals" => [.. lines.Select(line => line[..line.IndexOf(",\"previous\"", StringComparison.Ordinal)] + "}")],
        "cut-end" => lines[..4],
        "empty" => [],
        _ => throw new ArgumentException(change),
    };

    private static string Edited(string line) => line.Replace("\"Failed\"", "\"Promoted\"", StringComparison.Ordinal);

    private static JournalEntry Entry(string deployment) =>
        new(DateTimeOffset.UnixEpoch, deployment, JournalEvent.DeploymentEnded, "deploy", "v1", "ann@here", 3) { Outcome = Outcome.Failed };
}
