using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.State;

public sealed class JournalTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("journal-");
    private string File_ => Path.Combine(_folder.FullName, "journal.jsonl");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void An_entry_that_was_appended_is_read_again()
    {
        var entry = Entry("d1") with { Step = StepKind.Switch, Slot = Slot.Green, Outcome = Outcome.Done, MigrationStep = 4 };
        new Journal(new LocalFiles(), _folder.FullName).Append(entry);
        new Journal(new LocalFiles(), _folder.FullName).Read().Entries.Should().Equal(entry);
    }

    [Fact]
    public void Runners_that_write_at_the_same_moment_lose_no_line()
    {
        // Each line is flushed to the disk, and a thread is given up on after 10 s: few enough for a slow one.
        const int runners = 8, lines = 10;
        var failures = new System.Collections.Concurrent.ConcurrentBag<Exception>();
        var threads = Enumerable.Range(0, runners).Select(runner => new Thread(() =>
        {
            try
            {
                for (var line = 0; line < lines; line++) new Journal(new LocalFiles(), _folder.FullName).Append(Entry($"runner-{runner}"));
            }
            catch (Exception failure)
            {
                failures.Add(failure);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        failures.Should().BeEmpty();

        var reading = new Journal(new LocalFiles(), _folder.FullName).Read();
        reading.Ignored.Should().BeEmpty();
        reading.Breaches.Should().BeEmpty("concurrent runners continue one chain");
        reading.Entries.GroupBy(entry => entry.Deployment).Should().HaveCount(runners).And.OnlyContain(group => group.Count() == lines);
    }

    [Fact]
    public async Task Reading_waits_for_a_writer()
    {
        new Journal(new LocalFiles(), _folder.FullName).Append(Entry("first"));
        Task<JournalReading> reading;
        using (new FileStream(File_, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            reading = Task.Run(() => new Journal(new LocalFiles(), _folder.FullName).Read());
            (await Task.WhenAny(reading, Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken)))
                .Should().NotBe(reading, "a writer is at work");
        }

        (await reading).Entries.Should().ContainSingle();
    }

    [Fact]
    public void A_journal_cut_off_at_any_byte_loses_only_its_last_line_and_reports_it()
    {
        var journal = new Journal(new LocalFiles(), _folder.FullName);
        foreach (var id in new[] { "d1", "d2", "d3" }) journal.Append(Entry(id));
        var whole = File.ReadAllBytes(File_);
        // A runner that dies while it writes a line has not come to name it the last one.
        File.WriteAllText(Path.Combine(_folder.FullName, Journal.HeadFile), JournalLine.Read(File.ReadLines(File_).ElementAt(1))!.Hash);
        var lastLine = Array.LastIndexOf(whole, (byte)'\n', whole.Length - 2) + 1;
        for (var length = lastLine + 1; length < whole.Length - 1; length++)
        {
            File.WriteAllBytes(File_, whole[..length]);
            var reading = journal.Read();
            reading.Entries.Select(entry => entry.Deployment).Should().Equal("d1", "d2");
            reading.Ignored.Should().ContainSingle().Which.Should().Contain("line 3 is torn");
            reading.Breaches.Should().BeEmpty();
        }
    }

    [Fact]
    public void After_a_torn_line_the_next_entry_stands_on_its_own()
    {
        var journal = new Journal(new LocalFiles(), _folder.FullName);
        journal.Append(Entry("d1"));
        File.AppendAllText(File_, "{\"at\":\"2026");
        journal.Append(Entry("d2"));
        journal.Append(Entry("d3"));
        var reading = journal.Read();
        reading.Entries.Select(entry => entry.Deployment).Should().Equal("d1", "d2", "d3");
        reading.Ignored.Should().ContainSingle().Which.Should().Contain("line 2 is torn");
        reading.Breaches.Should().BeEmpty();
    }

    [Fact]
    public void A_line_that_is_added_with_the_next_is_on_the_disk_with_it_and_in_what_its_writer_reads()
    {
        var journal = new Journal(new LocalFiles(), _folder.FullName);
        journal.Append(Entry("d1"));
        journal.AppendWithNext(Entry("d2"));
        new Journal(new LocalFiles(), _folder.FullName).Read().Entries.Should().ContainSingle();
        journal.Append(Entry("d3"));
        new Journal(new LocalFiles(), _folder.FullName).Read().Should().BeEquivalentTo(
            new { Entries = new[] { Entry("d1"), Entry("d2"), Entry("d3") }, Breaches = Array.Empty<string>() });
        journal.AppendWithNext(Entry("d4"));
        var reading = journal.Read();
        reading.Entries.Select(entry => entry.Deployment).Should().Equal("d1", "d2", "d3", "d4");
        reading.Breaches.Should().BeEmpty();
        new Journal(new LocalFiles(), _folder.FullName).Read().Entries.Should().HaveCount(3, "to read writes nothing");
    }

    [Fact]
    public void No_journal_is_an_empty_history() =>
        new Journal(new LocalFiles(), Path.Combine(_folder.FullName, "none")).Read().Entries.Should().BeEmpty();

    private static JournalEntry Entry(string deployment) =>
        new(DateTimeOffset.UnixEpoch, deployment, JournalEvent.StepEnded, "deploy", "v1", "ann@here", 3);
}
