using ChainBridge.Engine.Checks;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Tests.Unit.Engine.Platforms.Compose;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Checks;

/// <summary>Whether the edge can be built here, asked before a first deployment fails on it.</summary>
public sealed class EdgeBaseCheckTests : IDisposable
{
    private const string Usual = "mcr.microsoft.com/dotnet/aspnet:10.0";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edge-base-");
    private readonly EngineOfImages _engine = new();

    public EdgeBaseCheckTests()
    {
        _engine.Errors["docker manifest inspect"] = "no such manifest";
        _engine.Errors["docker buildx imagetools"] = "mcr.microsoft.com: no such host";
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_base_image_that_is_neither_here_nor_can_be_pulled_is_a_problem_with_its_fix()
    {
        var result = await AskAsync();
        (result.Verdict, result.Failure).Should().Be((CheckVerdict.Problem, Failure.Refused));
        result.Evidence.Should().StartWith($"{Usual} is not where releases are built, and cannot be pulled").And.Contain("no such host");
        result.NextStep.Should().Contain("set CHAINBRIDGE_RUNTIME_IMAGE to an image with the ASP.NET Core 10 runtime");
    }

    [Fact]
    public async Task A_base_image_that_is_here_is_ok_and_no_registry_is_asked()
    {
        _engine.Images[Usual] = new("sha256:base");
        (await AskAsync()).Evidence.Should().Be($"{Usual} is where releases are built");
        _engine.Ran.Should().NotContain(ran => ran.Contains("manifest") || ran.Contains("imagetools"));
    }

    [Theory]
    [InlineData("docker manifest inspect")]
    [InlineData("docker buildx imagetools")]
    public async Task A_base_image_that_can_be_pulled_is_ok_and_is_not_pulled(string client)
    {
        _engine.Errors.Remove(client);
        (await AskAsync()).Evidence.Should().Be($"{Usual} can be pulled");
        _engine.Ran.Should().NotContain(ran => ran.StartsWith("docker pull"));
    }

    [Fact]
    public async Task Another_runtime_image_is_asked_for_where_one_is_named()
    {
        _engine.Images["debian-aspnet"] = new("sha256:base");
        var result = await AskAsync(name => name == "CHAINBRIDGE_RUNTIME_IMAGE" ? "debian-aspnet" : null);
        result.Evidence.Should().StartWith("debian-aspnet is where");
    }

    [Fact]
    public async Task An_edge_that_runs_is_not_built_again()
    {
        _engine.Answers["docker ps"] = "one\n";
        _engine.Answers["docker inspect"] = """
            [{"Id":"one","Name":"/edge","Image":"sha256:1","Config":{"Labels":{"com.docker.compose.service":"edge"}},
              "State":{"Running":true,"Restarting":false,"ExitCode":0,"StartedAt":"2026-01-01T00:00:00Z"},"RestartCount":0,
              "NetworkSettings":{"Ports":{} } }]
            """;
        (await AskAsync()).Evidence.Should().Be("the edge runs, and is not built again");
    }

    /// <summary>The build itself fails with the same next step.</summary>
    [Fact]
    public async Task A_build_of_the_edge_that_fails_names_another_runtime_image_as_the_next_step()
    {
        var (manifest, environment) = Manifest(_ => null);
        _engine.Errors["docker buildx build"] = $"ERROR: failed to resolve source metadata for {Usual}: no such host";
        var (host, engine) = (new LocalHost(_engine), new DockerEngine(_engine));
        var names = new ComposeNames(manifest, environment);
        var images = new BuiltImages(names, engine);
        var builds = new ImageBuilds(manifest, environment, names, new(host, engine, images, images, new([]), null, TimeProvider.System));
        var build = () => builds.MakeAsync(new BuildRequest("v1", "abc", true, false, ["none of the services"]), edgeToo: true,
            BuildxOptions.Plain, null, new Progress<BuildProgress>(), TestContext.Current.CancellationToken);
        var failure = (await build.Should().ThrowAsync<EngineException>()).Which;
        failure.Failure.Should().Be(Failure.GateFailed);
        failure.Message.Should().Contain("failed to resolve source metadata");
        failure.NextStep.Should().Contain("CHAINBRIDGE_RUNTIME_IMAGE");
    }

    private Task<CheckResult> AskAsync(Func<string, string?>? variables = null)
    {
        var (manifest, environment) = Manifest(variables ?? (_ => null));
        var engine = new DockerEngine(_engine);
        return new EdgeBaseCheck(manifest, engine, [(engine, new(manifest, environment))]).AskAsync(TestContext.Current.CancellationToken);
    }

    private (DeploymentManifest Manifest, EnvironmentSpec Environment) Manifest(Func<string, string?> variables)
    {
        var manifest = ManifestReader.Parse($$"""
            project: shop
            services: { web: { image: shop/web, public: true } }
            gates: { smoke: { probes: [ { path: / } ] } }
            environments: { staging: { target: compose, composeFile: compose.yml, stateDirectory: {{_folder.FullName}} } }
            """, "chainbridge.yml", "/clone/chainbridge.yml", variables).Manifest!;
        return (manifest, manifest.Environments["staging"]);
    }
}
