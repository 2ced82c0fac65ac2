using ChainBridge.TestKit.Runs.Clocks;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.TestKit;

public sealed class SharedTimeTests : IDisposable
{
    private static readonly RunIdentity Run = new("id-one");
    private readonly string _root = Directory.CreateTempSubdirectory("chainbridge-shared-time-").FullName;
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Time_between_the_assemblies_of_a_run_is_nobodys()
    {
        Use("first", seconds: 4);
        _time.Advance(TimeSpan.FromSeconds(100));
        Use("second", seconds: 3);
        using var third = New("third");
        third.UsedOf("Database").Used.Should().Be(TimeSpan.FromSeconds(7));
        third.UsedOf("Database").Others.Should().Equal("first", "second");
        third.UsedOf("Smoke").Used.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void Time_that_two_assemblies_use_at_once_is_counted_once()
    {
        using var first = New("first");
        first.Begin("Database");
        _time.Advance(TimeSpan.FromSeconds(3));
        using var second = New("second");
        second.Begin("Database");
        _time.Advance(TimeSpan.FromSeconds(3));
        first.End("Database");
        _time.Advance(TimeSpan.FromSeconds(2));
        second.End("Database");
        using var third = New("third");
        third.UsedOf("Database").Used.Should().Be(TimeSpan.FromSeconds(8));
    }

    [Fact]
    public void Time_between_two_stretches_of_work_is_not_used()
    {
        using var first = New("first");
        using var second = New("second");
        first.Begin("Database");
        _time.Advance(TimeSpan.FromSeconds(3));
        first.End("Database");
        _time.Advance(TimeSpan.FromSeconds(60));
        first.Begin("Database");
        _time.Advance(TimeSpan.FromSeconds(4));
        var seen = first.UsedOf("Database");
        (seen.Used, seen.Here, seen.Others.Count).Should().Be((TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(7), 0));
        seen = second.UsedOf("Database");
        // The other's last sign of life is not older than a second.
        (seen.Used, seen.Here).Should().Be((TimeSpan.FromSeconds(7), TimeSpan.Zero));
    }

    [Fact]
    public void A_killed_assembly_stops_counting_with_its_last_sign_of_life()
    {
        var killed = New("killed");
        killed.Begin("Database");
        _time.Advance(TimeSpan.FromSeconds(5));
        var written = Directory.GetFiles(Path.Combine(_root, Run.Key)).ToDictionary(file => file, File.ReadAllText);
        _time.Advance(TimeSpan.FromSeconds(50));
        killed.Dispose();
        // What it wrote after that, it had not written when it was killed.
        foreach (var (file, text) in written) File.WriteAllText(file, text);
        using var next = New("next");
        next.UsedOf("Database").Used.Should().Be(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Another_run_uses_another_time()
    {
        Use("first", seconds: 4);
        using var other = new SharedTime(_root, new("id-two"), "other", _time);
        other.UsedOf("Database").Used.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void A_file_that_cannot_be_read_counts_for_nothing()
    {
        Use("first", seconds: 4);
        File.WriteAllText(Path.Combine(_root, Run.Key, "Database.torn.span"), "12");
        using var next = New("next");
        next.UsedOf("Database").Used.Should().Be(TimeSpan.FromSeconds(4));
    }

    [Fact]
    public void The_next_run_removes_what_ended_and_forgotten_runs_left_and_leaves_the_others_alone()
    {
        string[] gone = ["process-999999999-1", "id-forgotten"];
        string[] alive = ["id-fresh",
            $"process-{Environment.ProcessId}-{ChainBridge.Machine.ProcessIdentity.Of(Environment.ProcessId).Start}"];
        foreach (var name in gone.Concat(alive)) Directory.CreateDirectory(Path.Combine(_root, name));
        _time.SetUtcNow(new DateTimeOffset(Directory.GetLastWriteTimeUtc(_root)).AddHours(1));
        Directory.SetLastWriteTimeUtc(Path.Combine(_root, "id-forgotten"), _time.GetUtcNow().UtcDateTime.AddDays(-2));
        using var next = New("next");
        Directory.GetDirectories(_root).Select(Path.GetFileName).Should().BeEquivalentTo(alive);
    }

    [Fact]
    public void A_run_of_its_own_counts_its_own_time_and_writes_nothing()
    {
        using var alone = new SharedTime(_root, run: null, "alone", _time);
        alone.Begin("Database");
        _time.Advance(TimeSpan.FromSeconds(2));
        alone.UsedOf("Database").Used.Should().Be(TimeSpan.FromSeconds(2));
        Directory.GetDirectories(_root).Should().BeEmpty();
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private SharedTime New(string assembly) => new(_root, Run, assembly, _time);

    private void Use(string assembly, int seconds)
    {
        using var time = New(assembly);
        time.Begin("Database");
        _time.Advance(TimeSpan.FromSeconds(seconds));
        time.End("Database");
    }
}
