using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.State;

/// <summary>What a run knows of the journal without asking its host again.</summary>
public sealed class RunJournalTests
{
    private readonly CountingJournal _onHost = new();

    [Fact]
    public void A_run_reads_the_journal_once_and_knows_what_it_added_itself()
    {
        _onHost.Lines.Add(Entry("before"));
        var journal = Known();
        Of(journal).Should().Equal("before");
        journal.Append(Entry("one"));
        journal.AppendWithNext(Entry("two"));
        Of(journal).Should().Equal("before", "one", "two");
        _onHost.Reads.Should().Be(1);
    }

    [Fact]
    public void A_run_that_takes_the_lock_sees_what_others_wrote_until_then()
    {
        var journal = Known();
        Of(journal).Should().BeEmpty();
        _onHost.Lines.Add(Entry("of another run"));
        journal.Forget();
        Of(journal).Should().Equal("of another run");
    }

    [Fact]
    public void A_run_whose_line_could_not_be_written_reads_whether_it_is_there()
    {
        var journal = Known();
        Of(journal).Should().BeEmpty();
        _onHost.Fails = true;
        FluentActions.Invoking(() => journal.Append(Entry("lost"))).Should().Throw<IOException>();
        _onHost.Lines.Add(Entry("there after all"));
        Of(journal).Should().Equal("there after all");
    }

    [Fact]
    public void A_run_decides_nothing_on_a_journal_that_was_changed_however_often_it_asks()
    {
        _onHost.Breaches = ["journal.jsonl:1: the line was changed after it was written"];
        var journal = Known();
        journal.Read().Breaches.Should().ContainSingle();
        for (var time = 0; time < 2; time++)
            FluentActions.Invoking(journal.History).Should().Throw<EngineException>().Which.Failure.Should().Be(Failure.PersonNeeded);
    }

    private RunJournal Known() => new(_onHost, entries => new(entries, _ => true));

    private static IEnumerable<string> Of(RunJournal journal) => journal.History().Deployments.Select(deployment => deployment.Id);

    private static JournalEntry Entry(string deployment) =>
        new(DateTimeOffset.UnixEpoch, deployment, JournalEvent.StepEnded, "deploy", "v1", "ann@here", 3);

    private sealed class CountingJournal : IJournal
    {
        public List<JournalEntry> Lines { get; } = [];

        public IReadOnlyList<string> Breaches { get; set; } = [];

        public bool Fails { get; set; }

        public int Reads { get; private set; }

        public void Append(JournalEntry entry)
        {
            if (Fails) throw new IOException("the disk is full");
            Lines.Add(entry);
        }

        public void AppendWithNext(JournalEntry entry) => Append(entry);

        public void Accept(JournalEntry entry) => throw new NotSupportedException();

        public JournalReading Read()
        {
            Reads++;
            return new([.. Lines], [], Breaches);
        }
    }
}
