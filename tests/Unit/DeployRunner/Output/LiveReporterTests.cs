using ChainBridge.DeployRunner.Cli;
using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Secrets;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;
using Xunit;

namespace ChainBridge.Tests.Unit.DeployRunner.Output;

public sealed class LiveReporterTests
{
    [Fact]
    public void A_running_step_counts_its_seconds_and_a_finished_one_stays()
    {
        var time = new FakeTimeProvider();
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(output)
        });
        using (var reporter = new LiveReporter(console, new Redactor(["hunter22"]), time))
        {
            reporter.Report(new ChainBridge.Engine.Events.StepBegun(StepKind.Switch, Slot.Green, null));
            time.Advance(TimeSpan.FromSeconds(3));
            output.ToString().Should().Contain("switch traffic to green (3.0 s)");
            reporter.Report(new ChainBridge.Engine.Events.StepEnded(StepKind.Switch, Slot.Green, null, Outcome.Done,
                TimeSpan.FromSeconds(3), null));
            reporter.Report(new Note("a [bracket] and hunter22"));
            reporter.Report(new Finished(ExitCode.RolledBack, Verdict.Fail, "it went back", "look"));
        }

        output.ToString().Should().Contain("switch traffic to green done (3.0 s)").And.Contain("a [bracket] and ***")
            .And.Contain("error: it went back").And.Contain("next: look");
    }

    [Fact]
    public void Without_a_terminal_there_is_no_escape_code()
    {
        var output = new StringWriter();
        var reporter = new PlainReporter(output, output, new Redactor([]));
        reporter.Report(new ChainBridge.Engine.Events.StepBegun(StepKind.Build, null, null));
        reporter.Report(new Finished(ExitCode.Done, Verdict.Pass, "fine", null));
        output.ToString().Should().NotContain("\u001b").And.NotContain("\r");
    }

    [Fact]
    public void Logs_that_are_followed_show_each_line_once()
    {
        LogsVerb.New(["a", "b", "c"], ["b", "c", "d"]).Should().Equal("d");
        LogsVerb.New([], ["a"]).Should().Equal("a");
        LogsVerb.New(["a"], ["a"]).Should().BeEmpty();
        LogsVerb.New(["a"], ["x", "y"]).Should().Equal("x", "y");
    }
}
