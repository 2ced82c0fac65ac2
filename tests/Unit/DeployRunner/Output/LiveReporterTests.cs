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
    public void Each_service_that_is_built_has_a_line_with_its_step_and_its_time_until_it_is_settled()
    {
        var time = new FakeTimeProvider();
        var screen = new Screen();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(screen),
        });
        console.Profile.Width = 60;
        using var reporter = new LiveReporter(console, new Redactor([]), time);
        reporter.Report(new ChainBridge.Engine.Events.StepBegun(StepKind.Build, null, null));
        reporter.Report(new ServiceBuilding("chainpay", "[build 2/9] COPY . ."));
        time.Advance(TimeSpan.FromSeconds(2));
        reporter.Report(new ServiceBuilding("gateway", $"[build 5/8] RUN {new string('x', 100)}"));
        time.Advance(TimeSpan.FromSeconds(1));
        screen.Lines.Should().HaveCount(3);
        screen.Lines[0].Should().EndWith("build (3.0 s)");
        screen.Lines[1].Should().Contain("chainpay (3.0 s): [build 2/9] COPY . .");
        screen.Lines[2].Should().Contain("gateway (1.0 s): [build 5/8] RUN xxx").And.EndWith("…").And.Match(line => line.Length <= 60);

        reporter.Report(new ServiceSettled("chainpay", "unchanged since v1, not rebuilt"));
        screen.Lines[0].Should().Contain("chainpay: unchanged since v1, not rebuilt");
        screen.Lines[1].Should().EndWith("build (3.0 s)");
        screen.Lines[2].Should().Contain("gateway (1.0 s)");
        reporter.Report(new ChainBridge.Engine.Events.StepEnded(StepKind.Build, null, null, Outcome.Done, TimeSpan.FromSeconds(3), null));
        screen.Lines.Where(line => line.Length > 0).Should().HaveCount(2).And.Contain(line => line.EndsWith("build done (3.0 s)"));
    }

    [Fact]
    public void Without_a_terminal_each_step_of_a_service_is_a_line()
    {
        var output = new StringWriter();
        var reporter = new PlainReporter(output, output, new Redactor([]));
        reporter.Report(new ServiceBuilding("gateway", "[build 5/8] RUN dotnet restore"));
        reporter.Report(new ServiceSettled("gateway", "built in 12.3 s"));
        output.ToString().ReplaceLineEndings("\n").Should().Be("  gateway: [build 5/8] RUN dotnet restore\n  gateway: built in 12.3 s\n");
    }

    /// <summary>What stands on a terminal after these bytes, as far as the reporter uses one.</summary>
    private sealed class Screen : StringWriter
    {
        private static readonly System.Text.RegularExpressions.Regex Codes = new("\u001b\\[(\\d*)([A-Za-z])");

        public IReadOnlyList<string> Lines
        {
            get
            {
                var (lines, row, text) = (new List<string> { "" }, 0, ToString().Replace("\r\n", "\n", StringComparison.Ordinal));
                for (var at = 0; at < text.Length; at++)
                {
                    if (Codes.Match(text, at) is { Success: true } code && code.Index == at)
                    {
                        if (code.Groups[2].Value == "K") lines[row] = "";
                        if (code.Groups[2].Value == "A") row -= 1;
                        at += code.Length - 1;
                    }
                    else if (text[at] == '\n' && ++row == lines.Count) lines.Add("");
                    else if (text[at] is not ('\n' or '\r')) lines[row] += text[at];
                }

                return lines[^1].Length == 0 ? lines[..^1] : lines;
            }
        }
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
