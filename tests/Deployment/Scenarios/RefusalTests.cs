using System.Net;
using System.Net.Sockets;
using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>What the runner refuses before it touches anything.</summary>
[Trait(Sample.Turn, "1")]
public sealed class RefusalTests
{
    public static TheoryData<string> Targets => TargetsUnderTest.For(Scenario.Refusals);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Targets))]
    public async Task A_public_port_taken_by_a_stranger_is_refused_and_the_stranger_left_alone(string target)
    {
        await using var lab = await Lab.OpenAsync(target, Stop);
        using var stranger = new TcpListener(IPAddress.Loopback, lab.Door.Port);
        stranger.Start();
        var run = await lab.RunAsync(Stop, "deploy");
        run.ShouldEndWith(16);
        run.Summary.Should().Contain($"{lab.Door.Port}");
        run.Steps.Should().Equal("preflight");
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, lab.Door.Port, Stop);
        (await stranger.AcceptTcpClientAsync(Stop)).Dispose();
        await ShouldHaveStartedNothingAsync(lab);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_target_that_is_not_set_up_is_named_within_five_seconds(string target)
    {
        await using var lab = await Lab.OpenAsync(target, Stop);
        using var run = lab.Target.StartUnreachable(lab, "deploy");
        var result = await lab.EndAsync(run, Stop);
        result.ShouldEndWith(18);
        result.Events[^1]["next"].Should().NotBeNullOrEmpty();
        var (begun, ended) = (result.Events.First(line => line.Is("step-begun", "preflight")).At,
            result.Events.First(line => line.Is("step-ended", "preflight")).At);
        (ended - begun).Should().BeLessThan(TimeSpan.FromSeconds(5), "{0}", result.Evidence);
        await ShouldHaveStartedNothingAsync(lab);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_service_without_its_source_fails_the_build_and_nothing_is_started(string target)
    {
        await using var lab = await Lab.OpenAsync(target, Stop);
        var run = await lab.RunAsync(Stop, "deploy");
        run.ShouldEndWith(10);
        run.Steps.Should().Equal("preflight", "build");
        await ShouldHaveStartedNothingAsync(lab);
    }

    [Fact]
    public async Task A_service_without_project_file_and_command_is_named_on_the_process_target()
    {
        await using var lab = await Lab.OpenAsync("process", Stop);
        await lab.Repository.ChangeAsync("chainbridge.yml",
            text => text.Replace("    run: [dotnet, published/Tiny.dll]\n    include: [published]\n", "", StringComparison.Ordinal), Stop);
        var run = await lab.RunAsync(Stop, "deploy");
        run.ShouldEndWith(2);
        run.Summary.Should().Contain("services.back").And.Contain("projectFile");
        await ShouldHaveStartedNothingAsync(lab);
    }

    [Fact]
    public async Task A_service_without_its_Dockerfile_is_refused_on_the_compose_target()
    {
        await using var lab = await Lab.OpenAsync("compose", Stop);
        File.Delete(Path.Combine(lab.Repository.Folder, "Dockerfile"));
        var run = await lab.RunAsync(Stop, "deploy");
        run.ShouldEndWith(16);
        run.Summary.Should().Contain("there is no Dockerfile");
        await ShouldHaveStartedNothingAsync(lab);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_manifest_that_cannot_be_read_ends_with_2_and_touches_nothing(string target)
    {
        await using var lab = await Lab.OpenAsync(target, Stop);
        Directory.CreateDirectory(Path.Combine(lab.Repository.Folder, "folder.yml"));
        await File.WriteAllBytesAsync(Path.Combine(lab.Repository.Folder, "bytes.yml"),
            [0xFF, 0xFE, 0x00, 0xD8, 0x01, 0x02, 0x80, 0x81], Stop);
        await File.WriteAllTextAsync(Path.Combine(lab.Repository.Folder, "empty.yml"), "", Stop);
        foreach (var manifest in new[] { "folder.yml", "bytes.yml", "empty.yml", "nowhere.yml" })
            foreach (var verb in new[] { "deploy", "rollback", "down", "status" })
            {
                var run = await lab.RunAsync(Stop, verb, "--manifest", manifest);
                run.ShouldEndWith(2);
                run.Summary.Should().Contain(manifest);
                run.NoJson.Should().BeEmpty();
            }

        lab.Snapshot().Should().BeEmpty();
        await ShouldHaveStartedNothingAsync(lab);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task An_environment_that_is_not_named_or_not_known_ends_with_2_and_names_them_all(string target)
    {
        await using var lab = await Lab.OpenAsync(target, Stop);
        using var unknown = lab.Start("deploy", "--environment", "stagging");
        var result = await lab.EndAsync(unknown, Stop);
        result.ShouldEndWith(2);
        using var unnamed = RunnerRun.Start(lab.Repository.Folder, lab.Variables, [], "deploy", "--output", "json");
        var ambiguous = await lab.EndAsync(unnamed, Stop);
        ambiguous.ShouldEndWith(2);
        ambiguous.Events[^1]["next"].Should().Contain("staging").And.Contain("spare");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Two_runners_that_start_in_the_same_moment_do_not_spoil_each_others_release(string target)
    {
        await using var lab = await Lab.OpenAsync(target, Stop);
        await lab.Target.MakeBuildableAsync(lab, Stop);
        using var one = lab.Start("deploy");
        using var other = lab.Start("deploy");
        var results = await Task.WhenAll(lab.EndAsync(one, Stop), lab.EndAsync(other, Stop));
        var evidence = $"{results[0].Evidence}\n{results[1].Evidence}";
        // On a machine so busy that one begins after the other has ended, both may pass; none may fail of the other.
        results.Select(result => result.ExitCode)
            .Should().Contain(0, "{0}", evidence).And.OnlyContain(code => code == 0 || code == 15, "{0}", evidence);
        (await lab.Target.ServicesAsync(lab, Stop)).Should().HaveCount(2, "{0}", evidence);
    }

    private static async Task ShouldHaveStartedNothingAsync(Lab lab) => (await lab.Target.ServicesAsync(lab, Stop)).Should().BeEmpty();
}
