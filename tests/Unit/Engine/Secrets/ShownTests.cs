using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Secrets;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;
using Xunit;
using Table = ChainBridge.DeployRunner.Output.Table;
using ReleaseRow = ChainBridge.DeployRunner.Output.ReleaseRow;

namespace ChainBridge.Tests.Unit.Engine.Secrets;

/// <summary>What comes from elsewhere is shown on the terminal, and never acts on it.</summary>
public sealed class ShownTests
{
    /// <summary>Clears the screen, sets the window's title, goes up a line, and forges a line of the runner's.</summary>
    private const string Hostile =
        "bad\u001b[2J\u001b]0;title\u0007\u009b1A\r\nintegration passed\u202e\u200b\u2028smoke passed\rrewritten";

    [Theory]
    [InlineData("plain – ünïcode 漢字 😀", "plain – ünïcode 漢字 😀")]
    [InlineData("\u001b[31mred\u007f\u009b", @"\u001b[31mred\u007f\u009b")]
    [InlineData("a\nb\rc\td", @"a\nb\rc    d")]
    [InlineData("\u202egpj.exe\u2066\u200b\ufeff\u2029", @"\u202egpj.exe\u2066\u200b\ufeff\u2029")]
    [InlineData("tag \U000e0041", @"tag \U000e0041")]
    public void Characters_that_act_on_a_terminal_are_written_out_and_all_others_stay(string text, string shown) =>
        Shown.OnOneLine(text).Should().Be(shown);

    [Fact]
    public void Half_a_character_is_written_out() => Shown.OnOneLine("\ud800 alone").Should().Be(@"\ud800 alone");

    [Fact]
    public void A_text_of_many_lines_stays_readable_and_none_of_them_can_pass_for_a_line_of_the_runner() =>
        Shown.Lines("suite failed: the last of it:\nintegration passed\n\n")
            .Should().Equal("suite failed: the last of it:", "  | integration passed");

    public static TheoryData<RunnerEvent> Events =>
    [
        new Note(Hostile), new Warning(Hostile), new Alert("limit", Hostile), new ReleaseNamed(Hostile, "abc"),
        new RunBegun("d1", "deploy", Hostile, Hostile),
        new Finished(ExitCode.GateFailed, Verdict.Fail, Hostile, Hostile), new Finished(ExitCode.Done, Verdict.Pass, Hostile, null),
        new Table("release", [new ReleaseRow(Hostile, null, Hostile, null, Stable: true, Current: true,
            new Dictionary<string, string> { [Hostile] = Hostile })]),
        new GateFinished(new GateResult("smoke", Verdict.Fail, Hostile, [new Evidence(Hostile, "other", Verdict.Fail, default, "runner")],
            null, default)),
    ];

    [Theory]
    [MemberData(nameof(Events))]
    public void No_event_sends_a_control_character_to_a_pipe_or_a_log(RunnerEvent happened)
    {
        var output = new StringWriter();
        new PlainReporter(output, output, new Redactor([])).Report(happened);
        ShouldBeHarmless(output.ToString());
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void No_event_sends_a_control_character_of_its_text_to_a_terminal_while_the_reporters_own_work(RunnerEvent happened)
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.Standard,
            Out = new AnsiConsoleOutput(output)
        });
        console.Profile.Width = 10_000;
        using (var reporter = new LiveReporter(console, new Redactor([]), new FakeTimeProvider()))
        {
            reporter.Report(new StepBegun(ChainBridge.Engine.Model.StepKind.Build, null, Hostile));
            reporter.Report(happened);
        }

        output.ToString().Should().Contain("\r\u001b[2K", "the reporter moves its own cursor");
        // What it sends itself: the line's clearing and colours.
        ShouldBeHarmless(System.Text.RegularExpressions.Regex.Replace(output.ToString(), "\r\u001b\\[2K|\u001b\\[[0-9;]*m", ""));
    }

    [Fact]
    public async Task A_test_whose_name_forges_a_verdict_is_shown_on_one_line()
    {
        var folder = Directory.CreateTempSubdirectory("shown-");
        var output = new StringWriter();
        try
        {
            const string report =
                """{"results":{"summary":{"tests":1,"passed":0,"failed":1},"tests":[{"name":"a\u001b[1A\u001b[2K\nintegration passed: """
                    + """9 tests","status":"failed"}]}}""";
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "report"), report, TestContext.Current.CancellationToken);
            var gates = new GateRunner(new ProbeGate(TimeProvider.System),
                new CommandGate(new GateProcess(), TimeProvider.System, folder.FullName), TimeProvider.System, folder.FullName);
            var command = new GateCommandSpec("suite", ["sh", "-c", "cp report $CHAINBRIDGE_RESULTS/r.json"], "{results}/*.json",
                ResultFormat.Ctrf, TimeSpan.FromSeconds(60));
            var result = await gates.RunAsync("integration", new GateSpec([], [command], TimeSpan.FromSeconds(60), 0),
                new GateSubject(null, null), TestContext.Current.CancellationToken);
            new PlainReporter(output, output, new Redactor([])).Report(new GateFinished(result));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        output.ToString().Should().Contain(@"a\u001b[1A\u001b[2K\nintegration passed: 9 tests");
        ShouldBeHarmless(output.ToString());
    }

    private static void ShouldBeHarmless(string sent)
    {
        sent.Where(character => character != '\n' && (char.IsControl(character) || char.GetUnicodeCategory(character)
            is System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator)).Should().BeEmpty();
        sent.Split('\n').Should().NotContain(line => line.StartsWith("integration passed", StringComparison.Ordinal)
            || line.StartsWith("smoke passed", StringComparison.Ordinal) || line.StartsWith("rewritten", StringComparison.Ordinal));
    }
}
