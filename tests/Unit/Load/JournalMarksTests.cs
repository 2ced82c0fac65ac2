using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;
using ChainBridge.TestKit.Load;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>The steps of a deployment on the timeline, from a journal that the runner's own code wrote.</summary>
public sealed class JournalMarksTests : IDisposable
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("journal-marks-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Each_step_is_marked_once_and_where_it_began()
    {
        Write();
        using var lines = new StreamReader(Lines);
        Mark.Read(lines).Should().Equal(
            new(Begin, "DeploymentBegun"), new(Begin.AddSeconds(1), "StartSlot"), new(Begin.AddSeconds(3), "SmokeCandidate"),
            new(Begin.AddSeconds(5), "Switch"), new(Begin.AddSeconds(7), "DeploymentEnded"));
    }

    [Fact]
    public async Task The_page_of_a_run_has_one_mark_for_each_step_of_the_deployment()
    {
        Write();
        using var lines = new StreamReader(Lines);
        var measured = Measured.Of(1000, 20, 0, Measured.Quiet, windows: 10);
        await LoadFiles.WriteAsync(LoadTest.Judge(Measured.Plan("p99 <= 50ms"), measured), _folder.FullName,
            TestContext.Current.CancellationToken, Mark.Read(lines));
        var page = await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "unit.html"), TestContext.Current.CancellationToken);
        foreach (var step in new[] { "StartSlot", "SmokeCandidate", "Switch" })
            page.Split($">{step}<").Length.Should().Be(3, "{0} is in two charts", step);
    }

    private string Lines => Path.Combine(_folder.FullName, Journal.LinesFile);

    /// <summary>Seven lines, a second from one to the next, as a deployment has them whose switch fails.</summary>
    private void Write()
    {
        var journal = new Journal(new LocalFiles(), _folder.FullName);
        var at = Begin;
        Add(JournalEvent.DeploymentBegun, null, null);
        foreach (var step in new[] { StepKind.StartSlot, StepKind.SmokeCandidate, StepKind.Switch })
        {
            Add(JournalEvent.StepBegun, step, null);
            Add(JournalEvent.StepEnded, step, step == StepKind.Switch ? Outcome.Failed : Outcome.Done);
        }

        Add(JournalEvent.DeploymentEnded, null, Outcome.RolledBack);

        void Add(JournalEvent what, StepKind? step, Outcome? outcome)
        {
            journal.Append(new(at, "20260101T000000-abcdef", what, "deploy", "staging-1", "ann", 1) { Step = step, Outcome = outcome });
            at = at.AddSeconds(1);
        }
    }
}
