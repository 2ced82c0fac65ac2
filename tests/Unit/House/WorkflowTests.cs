using CliWrap;
using CliWrap.Buffered;
using ChainBridge.Engine.Manifest;
using ChainBridge.Tests.Unit.Engine;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.House;

/// <summary>
/// The workflows and the action: what their shell steps run, on a machine whose <c>dotnet</c> only writes down how it was called.
/// </summary>
public sealed class WorkflowTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chainbridge-workflow-");

    /// <summary>Every YAML file of the workflows and the action.</summary>
    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, ".github/workflows")).Append(Path.Combine(Repository.Root, "action.yml"))
            .Select(file => Path.GetRelativePath(Repository.Root, file)).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("deploy", "", "", "", "", "deploy")]
    [InlineData("deploy", "v1", "true", "true", "true", "deploy --version v1 --skip-tests --force-rebuild --approve")]
    [InlineData("deploy", "", "false", "false", "false", "deploy")]
    [InlineData("rollback", "v0", "true", "true", "true", "rollback v0")]
    [InlineData("rollback", "", "", "", "", "rollback")]
    [InlineData("resume", "v0", "true", "", "", "resume")]
    public async Task The_action_calls_the_runner_with_what_its_inputs_ask_for(
        string verb, string version, string skipTests, string forceRebuild, string approve, string expected)
    {
        var (code, calls, summary) = await RunStepAsync("Run the verb", 0, ("verb", verb), ("version", version), ("skip_tests", skipTests),
            ("force_rebuild", forceRebuild), ("approve", approve), ("environment", "staging"), ("manifest", "chainbridge.yml"));
        code.Should().Be(0);
        calls.Should().StartWith($"RUNNER --manifest chainbridge.yml --environment staging {expected}\n");
        summary.Should().Contain($"deployrunner {verb} ended with 0").And.Contain("status");
    }

    [Fact]
    public async Task The_actions_exit_code_is_the_runners()
    {
        var (code, _, summary) = await RunStepAsync("Run the verb", 11, ("verb", "deploy"), ("manifest", "chainbridge.yml"));
        code.Should().Be(11);
        summary.Should().Contain("deploy ended with 11");
        (await File.ReadAllTextAsync(At("output"), Stop)).Should().Be("exit-code=11\n");
    }

    [Fact]
    public async Task A_job_that_is_cancelled_interrupts_the_runner_and_ends_with_its_code()
    {
        var running = RunStepAsync("Run the verb", $"""
            #!/bin/sh
            case "$*" in *" status" | *" history") exit 0 ;; esac
            trap 'echo interrupted >>{At("calls")}; exit 130' TERM
            echo $PPID >{At("shell")}
            for i in $(seq 600); do sleep 0.05; done
            """, ("verb", "deploy"), ("manifest", "chainbridge.yml"));
        await Eventually.TrueAsync("the runner runs", () => File.Exists(At("shell")) && File.ReadAllText(At("shell")).EndsWith('\n'), Stop);
        await Cli.Wrap("kill").WithArguments(["-TERM", File.ReadAllText(At("shell")).Trim()]).ExecuteAsync(Stop);
        var (code, calls, summary) = await running;
        (code, calls).Should().Be((130, "interrupted\n"));
        summary.Should().Contain("deploy ended with 130");
    }

    [Fact]
    public async Task A_job_that_is_cancelled_in_the_moment_after_the_start_of_the_runner_leaves_no_runner_to_itself()
    {
        // Bash runs this before each of its commands. The first one that knows of a process in the background is the one after the start.
        await File.WriteAllTextAsync(At(Before), """trap '[ -z "${!-}" ] || { trap - DEBUG; kill -TERM $$; }' DEBUG""", Stop);
        var (code, calls, summary) = await RunStepAsync("Run the verb", $"""
            #!/bin/sh
            case "$*" in *" status" | *" history") exit 0 ;; esac
            for i in $(seq 100); do sleep 0.05; done
            echo "left to itself" >>{At("calls")}
            """, ("verb", "deploy"), ("manifest", "chainbridge.yml"));
        (code, calls).Should().Be((143, ""));
        summary.Should().Contain("deploy ended with 143", "the action waits for the runner that it ends");
    }

    [Theory]
    [InlineData("--force")]
    [InlineData("@/etc/hostname")]
    public async Task A_version_of_the_action_is_no_option_and_no_file(string version)
    {
        var (code, calls, _) = await RunStepAsync("Run the verb", 0, ("verb", "rollback"), ("version", version), ("manifest", "x.yml"));
        (code, calls).Should().Be((2, ""));
    }

    [Fact]
    public async Task An_input_of_the_action_is_no_code()
    {
        var (code, calls, _) = await RunStepAsync("Run the verb", 0, ("verb", "deploy"), ("version", $"$(touch {At("made")}); 'x"),
            ("manifest", "chainbridge.yml"));
        code.Should().Be(0);
        calls.Should().Contain("--version $(touch");
        File.Exists(At("made")).Should().BeFalse();
        (await RunStepAsync("Run the verb", 0, ("verb", "down --volumes"), ("manifest", "chainbridge.yml"))).Code.Should().Be(2);
    }

    [Fact]
    public async Task The_action_builds_the_runner_that_it_then_runs()
    {
        var (code, calls, _) = await RunStepAsync("Build the runner", 0);
        code.Should().Be(0);
        calls.Should().Be($"build {Repository.Root}/src/DeployRunner -c Release -v quiet --nologo\n");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_shell_step_is_right_bash_and_has_no_expression_in_it(string file)
    {
        foreach (var script in Steps(file).Select(step => step.TryGetValue("run", out var run) ? Text(run) : null).OfType<string>())
        {
            // What GitHub fills in is code to the shell: values come as variables.
            script.Should().NotContain("${{", $"{file}: {script}");
            (await Bash(["-n", "-c", script])).ExitCode.Should().Be(0, $"{file}: {script}");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void An_action_of_others_is_taken_at_a_version(string file)
    {
        var used = Steps(file).Select(step => step.TryGetValue("uses", out var uses) ? Text(uses) : null).OfType<string>().ToList();
        used.Where(name => name != "./" && !name.Contains("@v", StringComparison.Ordinal)).Should().BeEmpty();
        if (file != "action.yml") used.Should().NotBeEmpty("otherwise nothing was looked at");
    }

    [Fact]
    public void The_workflow_of_staging_runs_on_a_push_to_develop_and_by_hand_with_its_inputs()
    {
        var on = Map(Map(Parsed(".github/workflows/deploy-staging.yml"))["on"]);
        ((YamlList)Map(on["push"])["branches"]).Items.Select(Text).Should().Equal("develop");
        Map(Map(on["workflow_dispatch"])["inputs"]).Keys.Should().Contain(["deploy_environment", "skip_tests", "force_rebuild"]);
        var given = Map(Steps(".github/workflows/deploy-staging.yml").Single(step => step.TryGetValue("uses", out var uses)
            && Text(uses) == "./")["with"]).Keys;
        Map(Map(Parsed("action.yml"))["inputs"]).Keys.Should().Contain(given, "the action has no other inputs");
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A file that the shell of a step reads first, where a test has written it.</summary>
    private const string Before = "before.sh";

    private string At(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Runs a step of the action with these inputs; the runner ends with the code.</summary>
    private Task<(int Code, string Calls, string Summary)> RunStepAsync(string name, int exitCode, params (string, string)[] inputs) =>
        RunStepAsync(name, $"""
            #!/bin/sh
            echo "$@" | sed "s|.*/deployrunner.dll|RUNNER|" | tee -a {At("calls")}
            exit {exitCode}
            """, inputs);

    private async Task<(int Code, string Calls, string Summary)> RunStepAsync(
        string name, string dotnet, params (string, string)[] inputs)
    {
        var step = Steps("action.yml").Single(one => Text(one["name"]) == name);
        var given = inputs.ToDictionary(input => $"${{{{ inputs.{input.Item1} }}}}", input => input.Item2);
        var variables = !step.TryGetValue("env", out var environment) ? [] : Map(environment)
            .ToDictionary(entry => entry.Key, entry => (string?)given.GetValueOrDefault(Text(entry.Value), ""));
        await File.WriteAllTextAsync(At("dotnet"), dotnet, Stop);
        File.SetUnixFileMode(At("dotnet"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in new[] { "calls", "output", "summary" }) await File.WriteAllTextAsync(At(file), "", Stop);
        foreach (var (variable, value) in new[] { ("GITHUB_ACTION_PATH", Repository.Root), ("GITHUB_OUTPUT", At("output")),
            ("GITHUB_STEP_SUMMARY", At("summary")), ("PATH", $"{_folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}") })
            variables[variable] = value;
        if (File.Exists(At(Before))) variables["BASH_ENV"] = At(Before);
        var ended = await Bash(["-e", "-o", "pipefail", "-c", Text(step["run"])], variables);
        return (ended.ExitCode, await File.ReadAllTextAsync(At("calls"), Stop), await File.ReadAllTextAsync(At("summary"), Stop));
    }

    private async Task<BufferedCommandResult> Bash(string[] arguments, IReadOnlyDictionary<string, string?>? variables = null) =>
        await Cli.Wrap("bash").WithArguments(arguments).WithEnvironmentVariables(variables ?? new Dictionary<string, string?>())
            .WithWorkingDirectory(_folder.FullName).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(Stop);

    private static IEnumerable<IReadOnlyDictionary<string, YamlValue>> Steps(string file)
    {
        var root = Map(Parsed(file));
        IEnumerable<YamlValue> owners = root.TryGetValue("runs", out var runs) ? [runs] : Map(root["jobs"]).Values;
        return owners.SelectMany(owner => ((YamlList)Map(owner)["steps"]).Items).Select(Map);
    }

    private static YamlValue Parsed(string file) =>
        YamlValue.Parse(new StringReader(File.ReadAllText(Path.Combine(Repository.Root, file))))!;

    private static Dictionary<string, YamlValue> Map(YamlValue value) =>
        ((YamlMap)value).Entries.ToDictionary(entry => Text(entry.Key), entry => entry.Value, StringComparer.Ordinal);

    private static string Text(YamlValue value) => ((YamlScalar)value).Text;
}
