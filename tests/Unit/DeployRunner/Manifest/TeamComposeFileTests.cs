using ChainBridge.DeployRunner.Manifest;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.DeployRunner.Manifest;

/// <summary>What would keep two releases from standing beside each other is found before anything is touched.</summary>
public sealed class TeamComposeFileTests
{
    [Fact]
    public void A_file_without_what_is_fixed_on_the_machine_is_right() =>
        Check("services:\n  pay:\n    image: pay\n    ports: [\"8080\", \"127.0.0.1::8081\"]\n  iq: { image: iq }\n").Should().BeEmpty();

    [Fact]
    public void Every_problem_is_named_in_one_pass_with_its_place()
    {
        var problems = Check("services:\n  pay:\n    container_name: pay\n    network_mode: host\n    ports:\n      - \"80:8080\"\n      - published: 81\n        target: 8081\n");
        problems.Select(problem => problem.ToString()).Should().SatisfyRespectively(
            first => first.Should().StartWith("compose.yml:2:3: the service 'iq' of the manifest is not in this file"),
            second => second.Should().StartWith("compose.yml:3:21: pay has a container_name"),
            third => third.Should().StartWith("compose.yml:4:19: pay uses the host's network"),
            fourth => fourth.Should().StartWith("compose.yml:6:9: pay publishes a fixed port"),
            fifth => fifth.Should().StartWith("compose.yml:7:9: pay publishes a fixed port"));
    }

    [Theory]
    [InlineData("services: [")]
    [InlineData("volumes: {}")]
    [InlineData("")]
    public void What_holds_no_services_is_a_problem_and_no_crash(string text) => Check(text).Should().ContainSingle().Which.Line.Should().BePositive();

    [Fact]
    public void A_service_the_manifest_does_not_know_may_do_as_it_likes() =>
        Check("services:\n  pay: { image: pay }\n  iq: { image: iq }\n  other: { image: other, container_name: other, ports: [\"80:80\"] }\n").Should().BeEmpty();

    [Fact]
    public void Reading_the_manifest_reads_the_compose_file_it_names()
    {
        var folder = Directory.CreateTempSubdirectory("manifest-");
        try
        {
            var manifest = Path.Combine(folder.FullName, "chainbridge.yml");
            File.WriteAllText(manifest, File.ReadAllText(Path.Combine(Repository.Root, "chainbridge.yml")));
            ManifestReader.Read(manifest, _ => null).Problems.Should().ContainSingle().Which.Message.Should().StartWith("the compose file cannot be read");
            var compose = File.ReadAllText(Path.Combine(Repository.Root, "docker-compose.staging.yml"));
            File.WriteAllText(Path.Combine(folder.FullName, "docker-compose.staging.yml"), compose);
            ManifestReader.Read(manifest, _ => null).Problems.Should().BeEmpty();
            File.WriteAllText(Path.Combine(folder.FullName, "docker-compose.staging.yml"), compose.Replace("  chainpay:\n", "  chainpay:\n    container_name: pay\n", StringComparison.Ordinal));
            ManifestReader.Read(manifest, _ => null).Problems.Should().ContainSingle().Which.File.Should().EndWith("docker-compose.staging.yml");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IReadOnlyList<ManifestProblem> Check(string text) => TeamComposeFile.Check(text, "compose.yml", ["pay", "iq"]);
}
