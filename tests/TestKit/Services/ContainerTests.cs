using System.Diagnostics;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Providers;
using ChainBridge.TestKit.Services.Hosting;
using ChainBridge.Tests.TestKit.Infrastructure;
using ChainBridge.Tests.TestKit.Runs;
using Docker.DotNet.Models;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ChainBridge.Tests.TestKit.Services;

/// <summary>A container of one exact image. On a machine without an engine these are skipped, with the reason.</summary>
[CrossService]
public sealed class ContainerTests
{
    /// <summary>Answers its environment's WORD, or what is at the address NEXT.</summary>
    private const string Server = """
        use IO::Socket::INET; $| = 1; print "first byte\n";
        my $s = IO::Socket::INET->new(LocalPort => 8080, Listen => 5, ReuseAddr => 1) or die;
        while (my $c = $s->accept) {
          my $line = <$c>; while (<$c>) { last if /^\r?$/ }
          my $body = $ENV{WORD};
          if ($ENV{NEXT} && $line =~ m{ /next}) {
            my ($h, $p) = $ENV{NEXT} =~ m{//([^:/]+):(\d+)};
            my $n = IO::Socket::INET->new(PeerAddr => $h, PeerPort => $p) or die "no way to $h:$p";
            print $n "GET /word HTTP/1.0\r\n\r\n"; $body = join '', <$n>; $body =~ s/.*\r\n\r\n//s;
          }
          print STDERR "served $line"; print $c "HTTP/1.0 200 OK\r\nContent-Length: " . length($body) . "\r\n\r\n$body"; close $c;
        }
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_container_runs_the_image_of_the_digest_on_a_port_read_back_and_its_log_begins_at_the_first_byte()
    {
        var image = await ImageAsync();
        string id;
        await using (var service = await ServiceHost.ContainerAsync("perl", image, Options(("WORD", "hello")), Stop))
        {
            id = service.ContainerId;
            service.ImageId.Should().Be(image);
            (await service.Client.GetStringAsync("word", Stop)).Should().Be("hello");
            await Eventually.HoldsAsync(() => service.Log.Any(line => line.StartsWith("served GET /word", StringComparison.Ordinal)),
                TimeSpan.FromSeconds(20), "its log has the request");
            service.Log[0].Should().Be("first byte");
            (await DockerAsync("inspect", "--format", "{{.Config.Labels}}", id))
                .Should().Contain("chainbridge.testkit.owner").And.Contain("chainbridge.testkit.reaper");
        }

        (await DockerAsync("ps", "-aq", "--no-trunc")).Should().NotContain(id);
    }

    [Fact]
    public async Task A_container_reaches_a_service_of_this_machine_that_listens_on_loopback()
    {
        var image = await ImageAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/health", () => "well");
        app.MapGet("/word", () => "from this machine");
        await using var back = await ServiceHost.InProcessAsync("back", app, TimeProvider.System, Stop);
        await using var front = await ServiceHost.ContainerAsync("front", image,
            Options() with { Reaches = new Dictionary<string, Uri> { ["NEXT"] = back.BaseAddress } }, Stop);
        (await front.Client.GetStringAsync("next", Stop)).Should().Be("from this machine");
    }

    [Theory]
    [InlineData("postgres:15")]
    [InlineData("postgres")]
    [InlineData("postgres@sha256:abc")]
    public async Task A_tag_is_refused_with_how_to_find_the_digest(string image)
    {
        var starting = () => ServiceHost.ContainerAsync("tagged", image, new(), Stop);
        (await starting.Should().ThrowAsync<ServiceStartException>())
            .WithMessage($"tagged was to run {image}, which names no digest*docker image inspect*");
    }

    [Fact]
    public async Task An_image_that_is_not_there_is_reported_by_its_digest()
    {
        await ImageAsync();
        var digest = $"sha256:{new string('0', 64)}";
        var starting = () => ServiceHost.ContainerAsync("absent", digest, new(), Stop);
        (await starting.Should().ThrowAsync<ServiceStartException>())
            .WithMessage($"absent was to run {digest}, which is not on the Docker engine*");
        starting = () => ServiceHost.ContainerAsync("absent", $"localhost:1/absent@{digest}", new(), Stop);
        (await starting.Should().ThrowAsync<ServiceStartException>()).WithMessage(
            $"absent was to run localhost:1/absent@{digest}, which is not on the Docker engine and could not be pulled*docker pull*");
    }

    [Theory]
    [InlineData("print STDERR qq(cannot find my settings\\n); exit 7", "exit code 7")]
    [InlineData("print STDERR qq(cannot find my settings\\n); kill 11, $$; sleep 60", "exit code 139 (SIGSEGV: it crashed in native code)")]
    public async Task A_container_that_dies_early_is_reported_with_its_decoded_exit_code_and_last_output(string program, string code)
    {
        var image = await ImageAsync();
        // The first process of a container hears no signal that it does not handle; a child of a shell does.
        var starting = () => ServiceHost.ContainerAsync("broken", image,
            new() { Command = ["sh", "-c", $"perl -e '{program}'; exit $?"], StartTimeout = TimeSpan.FromMinutes(5) }, Stop);
        (await starting.Should().ThrowAsync<ServiceStartException>()).Which.Message.Should().StartWith($"broken ended with {code}")
            .And.Contain("cannot find my settings");
    }

    [Fact]
    public async Task A_container_is_gone_when_the_test_process_is_killed()
    {
        var ready = Path.Combine(Path.GetTempPath(), $"chainbridge-sample-{Guid.NewGuid():N}.ready");
        var start = new ProcessStartInfo("dotnet", [SampleRun.Dll, "-class", "ChainBridge.Tests.TestKit.Sample.HoldsContainer"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        (start.Environment["SAMPLE_IMAGE"], start.Environment["SAMPLE_READY"]) = (await ImageAsync(), ready);
        using var holder = Process.Start(start)!;
        try
        {
            await Eventually.HoldsAsync(() => File.Exists(ready) || holder.HasExited, TimeSpan.FromSeconds(60),
                "the other process prints that its container runs");
            var id = await File.ReadAllTextAsync(ready, Stop);
            (await DockerAsync("ps", "-q", "--no-trunc")).Should().Contain(id);
            holder.Kill();
            await Eventually.HoldsAsync(async () => !(await DockerAsync("ps", "-aq", "--no-trunc")).Contains(id, StringComparison.Ordinal),
                TimeSpan.FromSeconds(30), "the container is removed; 15 s are promised, a busy machine gets more");
        }
        finally
        {
            if (!holder.HasExited) holder.Kill();
            File.Delete(ready);
        }
    }

    [Fact]
    public void Another_image_than_the_one_asked_for_is_reported()
    {
        var (digest, id) = ($"sha256:{new string('a', 64)}", $"sha256:{new string('b', 64)}");
        var running = new ImageInspectResponse { ID = id, RepoDigests = [$"mirror/shop@{digest}"] };
        new ImageDigest($"shop@{digest}").Differs(running).Should().BeNull("the same content from another registry is the same");
        new ImageDigest(id).Differs(running).Should().BeNull();
        new ImageDigest($"shop@{id}").Differs(running).Should().Be($"runs {id} (mirror/shop@{digest}) and not shop@{id}");
    }

    private static ContainerOptions Options(params (string Name, string Value)[] variables) =>
        new()
        {
            HealthPath = "health",
            Command = ["perl", "-e", Server],
            Variables = variables.ToDictionary(one => one.Name, one => (string?)one.Value)
        };

    /// <summary>The id of an image with a perl in it: Debian's, or the one that the tests' PostgreSQL runs in.</summary>
    private static async Task<string> ImageAsync()
    {
        if (await DockerEngine.ProblemAsync(DockerEngine.Address(Environment.GetEnvironmentVariable), [], Stop) is { } problem)
            Assert.Skip(problem);
        var image = Environment.GetEnvironmentVariable("CHAINBRIDGE_POSTGRES_IMAGE") ?? "postgres:15";
        var id = (await DockerAsync("image", "ls", "--no-trunc", "--format", "{{.ID}}", image)).Trim();
        if (id.Length == 0) Assert.Skip($"the engine lacks {image}: docker pull {image}");
        return id.Split('\n')[0];
    }

    private static async Task<string> DockerAsync(params string[] arguments)
    {
        using var docker = Process.Start(new ProcessStartInfo("docker", arguments) { RedirectStandardOutput = true })!;
        var output = await docker.StandardOutput.ReadToEndAsync(Stop);
        await docker.WaitForExitAsync(Stop);
        return output;
    }
}
