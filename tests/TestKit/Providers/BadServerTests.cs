using ChainBridge.LocalServers;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Providers;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Providers;

/// <summary>Servers that cannot be had, or go away: an error soon, with the next step.</summary>
public sealed class BadServerTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("CHAINBRIDGE_POSTGRES_IMAGE", "localhost:1/no/such-image:1",
        "*localhost:1/no/such-image:1*could not be pulled*CHAINBRIDGE_POSTGRES_IMAGE*docker pull*")]
    [InlineData("CHAINBRIDGE_POSTGRES_IMAGE", "Not An Image", "*Not An Image*CHAINBRIDGE_POSTGRES_IMAGE*")]
    public async Task An_image_that_is_not_to_be_had_is_named_with_its_variable(string variable, string image, string message)
    {
        if (await DockerEngine.ProblemAsync(DockerEngine.Address(Environment.GetEnvironmentVariable), [], Stop) is { } away)
            Assert.Skip(away);
        await using var run = TestEnvironment.With(name => name == variable ? image : name == "CHAINBRIDGE_PROVIDER" ? "docker" : null,
            TimeProvider.System, TextWriter.Null);
        var lease = () => run.DatabaseAsync().WaitAsync(Soon, Stop);
        (await lease.Should().ThrowAsync<ProviderException>()).WithMessage(message);
    }

    [Fact]
    public async Task An_image_whose_server_ends_is_reported_with_its_last_output()
    {
        if (Environment.GetEnvironmentVariable("CHAINBRIDGE_REDIS_IMAGE") is not { Length: > 0 } redis
            || await DockerEngine.ProblemAsync(DockerEngine.Address(Environment.GetEnvironmentVariable), [redis], Stop) is not null)
        {
            Assert.Skip("no Docker engine with the image of CHAINBRIDGE_REDIS_IMAGE");
            return;
        }

        // Redis takes PostgreSQL's options for its own and ends.
        await using var run = TestEnvironment.With(name => name == "CHAINBRIDGE_POSTGRES_IMAGE" ? redis
            : name == "CHAINBRIDGE_PROVIDER" ? "docker" : null, TimeProvider.System, TextWriter.Null);
        var lease = () => run.DatabaseAsync().WaitAsync(Soon, Stop);
        (await lease.Should().ThrowAsync<ProviderException>())
            .WithMessage($"the server in {redis} ended with exit code 1*CHAINBRIDGE_POSTGRES_IMAGE*");
    }

    [Fact]
    public async Task A_native_server_that_was_killed_is_reported_and_the_next_one_starts()
    {
        var server = await LocalPostgres.StartAsync(TimeProvider.System, Stop);
        server.Failure.Should().BeNull();
        await server.DisposeAsync();
        await using var next = await LocalPostgres.StartAsync(TimeProvider.System, Stop);
        next.Failure.Should().BeNull();
    }

    [Fact]
    public async Task A_program_that_dies_is_reported_with_its_last_output_and_its_folder_goes()
    {
        var folder = ScratchFolder.Name("test");
        await using var died = OwnedProcess.Start(folder, ["/bin/sh", "-c", "echo 'No space left on device' >&2; exit 3"]);
        (await died.ExitAsync(Stop)).Should().Be(3);
        died.LastOutput.Should().Contain("exit code 3").And.Contain("No space left on device");
        Directory.Exists(folder).Should().BeFalse();
    }
}
