using ChainBridge.Engine.Checks;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Hosts.Ssh;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms.Compose;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Checks;

/// <summary>What keeps a Docker engine from being used, told apart by what the docker program prints.</summary>
public sealed class EngineChecksTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, "28.1.1\n", "", CheckVerdict.Ok, "Docker Engine 28.1.1", null)]
    [InlineData(0, "26.1.5+dfsg1\n", "", CheckVerdict.Ok, "Docker Engine 26.1.5+dfsg1", null)]
    [InlineData(0, "20.10.24\n", "", CheckVerdict.Problem, "is older than 25.0", Failure.Refused)]
    [InlineData(0, "dev\n", "", CheckVerdict.CouldNotAsk, "'dev' for its version", Failure.Inconclusive)]
    [InlineData(1, "", "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
        CheckVerdict.Problem, "this user may not use the Docker engine", Failure.Unreachable)]
    [InlineData(1, "", "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
        CheckVerdict.Problem, "no Docker engine listens", Failure.Unreachable)]
    [InlineData(1, "", "failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct",
        CheckVerdict.Problem, "no Docker engine listens", Failure.Unreachable)]
    [InlineData(127, "", "No such file or directory", CheckVerdict.Problem, "there is no docker program", Failure.Unreachable)]
    [InlineData(124, "", "it did not end within 15 s", CheckVerdict.CouldNotAsk, "neither answers nor refuses", Failure.Inconclusive)]
    [InlineData(1, "", "client version 1.52 is too new", CheckVerdict.Problem, "client version 1.52 is too new", Failure.Unreachable)]
    public async Task Each_cause_has_words_of_its_own(
        int exit, string output, string errors, CheckVerdict verdict, string evidence, Failure? failure)
    {
        var result = await new EngineCheck(new DockerEngine(new Says(exit, output, errors)), null).AskAsync(Stop);
        result.Verdict.Should().Be(verdict);
        result.Evidence.Should().Contain(evidence);
        result.Failure.Should().Be(failure);
        if (failure is not null) result.NextStep.Should().NotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("denied", "deploy may not use the Docker engine of ssh://there", "usermod -aG docker deploy")]
    [InlineData("none", "ssh://there has no Docker engine", "install and start Docker Engine")]
    public async Task A_host_knows_itself_why_its_engine_cannot_be_used(string docker, string evidence, string next)
    {
        var facts = new HostFacts("/home/deploy", TimeSpan.Zero, docker, "deploy");
        var engine = new DockerEngine(new Refuses(() => facts.RequireDocker("ssh://there")), place: "ssh://there");
        var result = (await new Examination(TimeProvider.System).AskAsync(
            [new("engine", () => new EngineCheck(engine, "ssh://there"))], Stop)).Single();
        (result.Verdict, result.Failure).Should().Be((CheckVerdict.Problem, Failure.Unreachable));
        result.Evidence.Should().Contain(evidence);
        result.NextStep.Should().Contain(next);
    }

    [Theory]
    [InlineData(0, "2.35.1\n", CheckVerdict.Ok, "compose 2.35.1", null)]
    [InlineData(0, "v2.20.0-desktop.1\n", CheckVerdict.Ok, "compose 2.20.0", null)]
    [InlineData(0, "2.6.0\n", CheckVerdict.Problem, "compose 2.6.0 on this machine is older than 2.20", Failure.Refused)]
    [InlineData(0, "?\n", CheckVerdict.CouldNotAsk, "'?' for its version", Failure.Inconclusive)]
    [InlineData(1, "docker: 'compose' is not a docker command.", CheckVerdict.Problem, "compose is missing", Failure.Unreachable)]
    [InlineData(124, "", CheckVerdict.CouldNotAsk, "did not end within 180 s", Failure.Inconclusive)]
    public async Task A_plugin_that_is_too_old_is_told_from_one_that_is_missing(
        int exit, string output, CheckVerdict verdict, string evidence, Failure? failure)
    {
        var result = await new ToolCheck(new Says(exit, output, ""), DockerCommands.ComposeVersion(), "compose", ToolCheck.OldestCompose)
            .AskAsync(Stop);
        (result.Verdict, result.Failure).Should().Be((verdict, failure));
        result.Evidence.Should().Contain(evidence);
    }

    [Theory]
    [InlineData("github.com/docker/buildx v0.13.1 788433953af10f2a698f5c07611dddce2e08c7a0", "0.13.1")]
    [InlineData("github.com/docker/buildx 0.19.3+ds1", "0.19.3")]
    [InlineData("none at all", null)]
    public void A_version_is_found_in_the_line_that_a_tool_prints(string line, string? version) =>
        ToolCheck.Number(line)?.ToString().Should().Be(version);

    [Fact]
    public async Task Containers_of_another_state_directory_of_the_same_project_and_environment_are_a_problem()
    {
        var manifest = ManifestReader.Parse("""
            project: shop
            services: { web: { image: shop/web, public: true } }
            gates: { smoke: { probes: [ { path: / } ] } }
            environments: { staging: { target: compose, composeFile: compose.yml } }
            """, "chainbridge.yml", "/clone/chainbridge.yml", _ => null).Manifest!;
        var names = new ComposeNames(manifest, manifest.Environments["staging"]);
        (await AskAsync(names.Environment, "shop-staging-spare-0a1b2c", "other-staging-0a1b2c")).Verdict.Should().Be(CheckVerdict.Ok);
        var sibling = await AskAsync(names.Environment, "shop-staging-0a1b2c", "shop-staging-0a1b2c");
        (sibling.Verdict, sibling.Failure).Should().Be((CheckVerdict.Problem, Failure.Refused));
        sibling.Evidence.Should().EndWith("shop-staging-0a1b2c (2)");
        sibling.NextStep.Should().Contain("deployrunner down").And.Contain("label=chainbridge.environment=shop-staging-0a1b2c");

        Task<CheckResult> AskAsync(params string[] environments) =>
            new SiblingsCheck(new DockerEngine(new Has(environments)), names).AskAsync(Stop);
    }

    private sealed class Says(int exit, string output, string errors) : IExecutor
    {
        public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken) =>
            Task.FromResult(new CommandResult(command, exit, output, errors));
    }

    private sealed class Refuses(Action why) : IExecutor
    {
        public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken)
        {
            why();
            throw new InvalidOperationException("it was to refuse");
        }
    }

    /// <summary>An engine with a container of each of these environments.</summary>
    private sealed class Has(string[] environments) : IExecutor
    {
        public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken) =>
            Task.FromResult(new CommandResult(command, 0, command.Arguments[0] == "ps"
                ? string.Join('\n', environments.Select((_, index) => $"id{index}"))
                : $"[{string.Join(',', environments.Select((environment, index) => $$$"""
                    {"Id":"id{{{index}}}","Name":"/one","Image":"sha256:1",
                     "Config":{"Labels":{"chainbridge.environment":"{{{environment}}}"}},
                     "State":{"Running":true,"Restarting":false,"ExitCode":0,"StartedAt":"2026-01-01T00:00:00Z"},"RestartCount":0,
                     "NetworkSettings":{"Ports":{} } }
                    """))}]", ""));
    }
}
