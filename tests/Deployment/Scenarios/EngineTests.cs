using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>What goes on in a Docker engine while no runner looks.</summary>
[Trait(Sample.Turn, "4")]
public sealed class EngineTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_database_that_is_starting_is_waited_for()
    {
        await using var lab = await FirstAsync();
        await lab.Repository.ReleaseAsync("fine", Stop, StackRepository.TwoSteps);
        await lab.Target.MakeBuildableAsync(lab, Stop);
        using var build = lab.Start("build");
        (await lab.EndAsync(build, Stop)).ShouldEndWith(0);
        // As a runner leaves it that was killed while it started it.
        var database = $"{await ProjectAsync(lab)}-base-database-1";
        await DockerAsync("rm", "--force", database);
        await DockerAsync("volume", "rm", (await DockerAsync("volume", "ls", "--quiet", "--filter", $"name={await ProjectAsync(lab)}"))
            .Single(name => name.EndsWith("database", StringComparison.Ordinal)));
        using var run = await lab.StartDeployAsync(Stop);
        await Until.TrueAsync("the database runs", TimeSpan.FromSeconds(60),
            async () => (await DockerAsync("ps", "--quiet", "--filter", $"name={database}")).Length > 0, Stop);
        run.Kill();
        await lab.EndAsync(run, Stop);

        (await lab.DeployAsync(Stop)).ShouldEndWith(0);
    }

    [Fact]
    public async Task An_accessory_that_was_stopped_while_a_slot_went_away_can_be_started_again()
    {
        await using var lab = await FirstAsync();
        await lab.Repository.ReleaseAsync("fine", Stop);
        (await lab.DeployAsync(Stop, "--approve")).ShouldEndWith(0);
        await DockerAsync("stop", "--time", "1", $"{await ProjectAsync(lab)}-base-cache-1");
        (await lab.RunAsync(Stop, "abort")).ShouldEndWith(0);

        (await lab.DeployAsync(Stop)).ShouldEndWith(0);
    }

    [Fact]
    public async Task Status_names_a_service_that_stopped()
    {
        await using var lab = await FirstAsync();
        await DockerAsync("stop", "--time", "1", $"{await ProjectAsync(lab)}-blue-back-1");
        var status = await lab.RunAsync(Stop, "status");
        status.Events.Single(line => line.Event == "service" && line["service"] == "back")["health"].Should().Be("not running");
    }

    [Fact]
    public async Task A_service_that_gets_the_traffic_cannot_move_it()
    {
        await using var lab = await FirstAsync();
        var project = await ProjectAsync(lab);
        // The shell alone, as an intruder in the service would have it. The name is the edge's on the network they share.
        const string ask = """exec 3<>"/dev/tcp/$0/8081" && printf '%s %s HTTP/1.1\r\nHost: edge\r\nConnection: close\r\nContent-Type: """
            + """application/json\r\nContent-Length: %s\r\n\r\n%s' "$1" "$2" "${#3}" "$3" >&3 && head -n 1 <&3""";
        foreach (var (method, path, body) in new[]
        {
            ("GET", "/state", ""), ("PUT", "/slots/blue", """{"address":"http://elsewhere:1","token":9000000000}"""),
            ("PUT", "/active", """{"slot":"green","token":9000000000}""")
        })
            (await Shell.RunAsync("/", Stop, "docker", "exec", $"{project}-blue-front-1", "bash", "-c", ask, $"{project}-base-edge-1",
                method, path, body)).Should().Contain("401");

        (await lab.AskAsync("/", Stop))!.Value.Body.Should().Contain("welcome");
        await lab.Repository.ReleaseAsync("fine", Stop);
        (await lab.DeployAsync(Stop)).ShouldEndWith(0);
    }

    [Fact]
    public async Task A_clone_on_the_same_machine_takes_no_image_away_that_another_may_go_back_to()
    {
        await using var lab = await Lab.OpenAsync("compose", Stop);
        var clone = new Dictionary<string, string?>(lab.Variables)
        {
            ["TINY_STATE"] = Path.Combine(lab.Repository.Folder, "..", "clone"),
            ["TINY_PORT"] = "0"
        };
        try
        {
            foreach (var _ in new[] { "a release to go back to", "and the one to go back from" })
            {
                await lab.Repository.ReleaseAsync("fine", Stop);
                await lab.Target.MakeBuildableAsync(lab, Stop);
                // The same commit on the same day: both give their images the same names.
                (await CloneAsync("deploy")).ShouldEndWith(0);
                (await lab.DeployAsync(Stop)).ShouldEndWith(0);
            }

            (await CloneAsync("down", "--volumes")).ShouldEndWith(0);
            (await lab.RunAsync(Stop, "rollback")).ShouldEndWith(0);
        }
        finally
        {
            await CloneAsync("down", "--volumes");
        }

        async Task<RunResult> CloneAsync(params string[] arguments)
        {
            using var run = lab.Start(clone, [], arguments);
            return await lab.EndAsync(run, Stop);
        }
    }

    private static async Task<Lab> FirstAsync()
    {
        var lab = await Lab.OpenAsync("compose", Stop);
        try
        {
            (await lab.DeployAsync(Stop)).ShouldEndWith(0);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>What everything of the environment is called on the engine.</summary>
    private static async Task<string> ProjectAsync(Lab lab) =>
        (await DockerAsync("ps", "--filter", $"name={lab.Variables["TINY_PROJECT"]}", "--format",
            "{{.Label \"chainbridge.environment\"}}")).First();

    private static async Task<string[]> DockerAsync(params string[] arguments) =>
        (await Shell.RunAsync("/", Stop, ["docker", .. arguments])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
