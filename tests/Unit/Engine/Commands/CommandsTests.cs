using ChainBridge.Engine.Commands;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Commands;

public sealed class CommandsTests
{
    private static readonly Dictionary<string, string> Secret = new() { ["API_TOKEN"] = "hunter22" };

    [Fact]
    public void A_build_names_its_arguments_and_keeps_their_values_off_the_command_line()
    {
        var build = BuildxCommands.Build(Pay(BuildxOptions.Plain));
        build.ToString()
            .Should().Be("docker buildx build --load --provenance=false --progress plain --metadata-file state/pay.json --tag shop/pay:v1 "
                + "--tag shop/pay:staging-latest --label revision=abc --build-arg API_TOKEN --file pay/Dockerfile .");
        build.Variables.Should().Contain("API_TOKEN", "hunter22");
    }

    [Fact]
    public void A_build_is_told_builder_platforms_caches_and_what_to_attach_as_buildx_writes_them()
    {
        BuildxOptions with = new("ci", Push: true, ["linux/amd64", "linux/arm64"], ["type=registry,ref=r/c"], ["type=gha,scope=pay"],
            "generator=r/scanner", "max");
        BuildxCommands.Build(Pay(with)).ToString().Should().StartWith("docker buildx build --builder ci --push --provenance=mode=max "
            + "--sbom=generator=r/scanner --progress plain --metadata-file state/pay.json --platform linux/amd64,linux/arm64 "
            + "--cache-from type=registry,ref=r/c --cache-to type=gha,scope=pay --tag shop/pay:v1");
        BuildxCommands.Bake("root", "build.json", ["pay", "door"], with, noCache: true, "state/all.json").ToString().Should().Be(
            "docker buildx bake --builder ci --push --provenance=mode=max --sbom=generator=r/scanner --progress plain "
            + "--metadata-file state/all.json --no-cache --file build.json pay door");
    }

    private static ImageBuild Pay(BuildxOptions with) => new(".", "pay/Dockerfile", ["shop/pay:v1", "shop/pay:staging-latest"], Secret,
        new Dictionary<string, string> { ["revision"] = "abc" }, NoCache: false, with, "state/pay.json");

    [Fact]
    public void A_one_off_run_hands_its_settings_over_in_the_environment()
    {
        var run = DockerCommands.RunOnce("once-pay", "sha256:1", "base", "environment=x", Secret, ["migrate", "up"]);
        run.ToString().Should()
            .Be("docker run --rm --name once-pay --label environment=x --network base --pull never --env API_TOKEN sha256:1 migrate up");
        run.Variables.Should().Contain("API_TOKEN", "hunter22");
    }

    [Fact]
    public void Containers_are_made_without_being_started_and_without_building_or_pulling_anything()
    {
        var create = ComposeCommands.Create("p-blue", "root", ["team.yml", "override.yml"], ["pay", "door"], Secret);
        create.ToString().Should().Be("docker compose --project-name p-blue --project-directory root --file team.yml --file override.yml "
            + "create --no-build --pull never --force-recreate pay door");
        create.Variables.Should().Contain("API_TOKEN", "hunter22");
    }

    [Fact]
    public void Shared_services_are_started_but_never_replaced() =>
        ComposeCommands.Up("p-base", ["base.yml"], TimeSpan.FromSeconds(90), Secret).Arguments.Should()
            .ContainInOrder("up", "--detach", "--no-build", "--no-recreate", "--pull", "never", "--wait");

    [Fact]
    public void Data_are_removed_only_when_asked()
    {
        ComposeCommands.Down("p-base", volumes: false, TimeSpan.FromSeconds(30)).Arguments.Should().NotContain("--volumes");
        ComposeCommands.Down("p-base", volumes: true, TimeSpan.FromSeconds(30)).Arguments.Should().Contain("--volumes");
    }

    [Fact]
    public void A_stop_waits_longer_than_the_grace_it_gives()
    {
        var stop = DockerCommands.Stop(["a", "b"], TimeSpan.FromSeconds(30));
        stop.ToString().Should().Be("docker stop --time 30 a b");
        stop.Timeout.Should().BeGreaterThan(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void A_command_is_shown_as_it_would_be_typed() =>
        Command.Of("docker", "logs", "a b", "it's", "").ToString().Should().Be("""docker logs 'a b' 'it'\''s' ''""");
}
