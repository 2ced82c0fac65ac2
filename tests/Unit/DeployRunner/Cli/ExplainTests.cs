using System.Text.Json;
using ChainBridge.DeployRunner;
using ChainBridge.DeployRunner.Cli;
using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.DeployRunner.Cli;

/// <summary>The pages of the exit codes as an installed runner prints them, and how a failed run points there.</summary>
public sealed class ExplainTests
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public static TheoryData<int> Codes => [.. Enum.GetValues<ExitCode>().Where(code => code != ExitCode.Done).Select(code => (int)code)];

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Every_exit_code_is_explained_where_there_is_no_manifest_and_no_clone(int code)
    {
        (await RunAsync($"explain {code}")).Should().Be(ExitCode.Done, _errors.ToString());
        _output.ToString().Should().StartWith($"Exit {code}: ").And.Contain("\nWHAT SERVES\n").And.Contain("\nCAUSES\n")
            .And.Contain("\nWHAT TO DO\n").And.NotContain("```").And.NotContain("](");
    }

    [Fact]
    public async Task Without_a_code_all_of_them_are_listed()
    {
        (await RunAsync("explain")).Should().Be(ExitCode.Done);
        _output.ToString().Should().MatchRegex("\n11 +the new release failed, ").And.MatchRegex("\n0 +done")
            .And.Contain($"{Codes.Count + 1} exit codes");
    }

    [Fact]
    public async Task Success_is_explained_in_a_line()
    {
        (await RunAsync("explain 0")).Should().Be(ExitCode.Done);
        _output.ToString().Should().Be("exit 0: done, and the verdict is pass\n");
    }

    [Theory]
    [InlineData("99", "ends with no exit code 99")]
    [InlineData("eleven", "eleven")]
    public async Task A_code_that_the_runner_never_ends_with_is_exit_2(string code, string named)
    {
        (await RunAsync($"explain {code}")).Should().Be(ExitCode.Usage);
        _errors.ToString().Should().Contain(named).And.Contain("next:");
    }

    [Fact]
    public async Task With_json_a_page_is_one_event_with_its_text_as_it_is_written()
    {
        await RunAsync("--output json explain 11");
        var page = JsonDocument.Parse(_output.ToString().Split('\n')[0]).RootElement;
        (page.GetProperty("event").GetString(), page.GetProperty("exit").GetInt32()).Should().Be(("exit-code-page", 11));
        page.GetProperty("text").GetString().Should().StartWith("# Exit 11: ");
    }

    [Fact]
    public async Task A_run_that_fails_names_the_command_that_explains_it()
    {
        (await RunAsync("validate --manifest gone.yml")).Should().Be(ExitCode.Usage);
        _errors.ToString().Should().EndWith("exit 2 is explained by deployrunner explain 2\n");
    }

    [Fact]
    public async Task A_tool_of_a_tool_manifest_names_commands_as_they_are_typed_there()
    {
        await RunAsync("explain", "dotnet deployrunner");
        _output.ToString().Should().Contain("next: dotnet deployrunner explain CODE");
        await RunAsync("nonsense", "dotnet deployrunner");
        _errors.ToString().Should().Contain("next: dotnet deployrunner --help").And.Contain("by dotnet deployrunner explain 2\n");
    }

    [Theory]
    [InlineData("/home/ann/.nuget/packages/chainbridge.deployrunner/0.1.0/tools/net10.0/any/", "dotnet deployrunner")]
    [InlineData("/home/ann/.nuget/packages/chainbridge.deployrunner.linux-x64/0.1.0/tools/any/linux-x64/", "dotnet deployrunner")]
    [InlineData("/home/ann/.dotnet/tools/.store/chainbridge.deployrunner/0.1.0/chainbridge.deployrunner.any/0.1.0/tools/", "deployrunner")]
    [InlineData("/home/ann/clone/src/DeployRunner/bin/Release/net10.0/", "deployrunner")]
    public void A_tool_of_a_tool_manifest_is_known_by_where_it_lies(string folder, string typed) =>
        CalledAs.Of(folder).Should().Be(typed);

    [Fact]
    public void A_paragraph_is_broken_between_words_and_output_of_runs_is_not()
    {
        var text = string.Join(' ', Enumerable.Repeat("words", 40));
        var lines = PageText.Lines(
            $"# Exit 1: a page\n\n1. {text} [see](../manifest.md#x) and [exit 11](11.md)\n```\n$ {text}\n```\n").ToList();
        lines.Should().HaveElementAt(0, "Exit 1: a page").And.ContainSingle(line => line == $"      $ {text}")
            .And.Contain(line => line.StartsWith("  1. words")).And.Contain(line => line.StartsWith("     words"))
            .And.Contain(line => line.EndsWith("see (docs/manifest.md) and exit 11"));
        lines.Where(line => !line.Contains('$')).Should().OnlyContain(line => line.Length <= PageText.Width);
    }

    private Task<ExitCode> RunAsync(string line, string runner = Finished.Cli) => EntryPoint.RunAsync(line.Split(' '),
        new Surroundings(_output, _errors, Terminal: false, new Dictionary<string, string>(), TimeProvider.System,
            (_, _, _, _, _, _) => new FakeTarget(), (_, _) => Task.FromResult(false),
            (_, _, _) => Task.FromResult(new ComposeAnswer(null, null, "not asked in this test"))) { Runner = runner },
        TestContext.Current.CancellationToken);
}
