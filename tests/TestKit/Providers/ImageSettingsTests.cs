using System.Diagnostics;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Providers;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Npgsql;
using StackExchange.Redis;
using Xunit;

namespace ChainBridge.Tests.TestKit.Providers;

/// <summary>Images of our own with settings in their CMD. On a machine without an engine these are skipped, with the reason.</summary>
public sealed class ImageSettingsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PostgreSQL_has_the_settings_of_its_image_and_ours()
    {
        await using var image = await OwnImage.BuildAsync(DockerProvider.PostgresImageFrom(Environment.GetEnvironmentVariable),
            """["postgres", "-c", "work_mem=7MB", "-c", "fsync=on"]""");
        await using var run = Run("CHAINBRIDGE_POSTGRES_IMAGE", image.Name);
        await using var database = await run.DatabaseAsync();
        await using var connection = await database.OpenAsync(Stop);
        await using var ask = new NpgsqlCommand("SELECT current_setting('work_mem') || ' ' || current_setting('fsync')", connection);
        (await ask.ExecuteScalarAsync(Stop)).Should().Be("7MB off", "ours win");
    }

    [Fact]
    public async Task Redis_has_the_settings_of_its_image_and_ours()
    {
        await using var image = await OwnImage.BuildAsync(DockerProvider.RedisImageFrom(Environment.GetEnvironmentVariable),
            """["redis-server", "--maxmemory", "77mb", "--databases", "3"]""");
        await using var run = Run("CHAINBRIDGE_REDIS_IMAGE", image.Name);
        await using var keys = await run.KeysAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"{keys.Host}:{keys.Port},allowAdmin=true");
        var server = redis.GetServer(keys.Host, keys.Port);
        (await server.ConfigGetAsync("maxmemory")).Single().Value.Should().Be($"{77 * 1024 * 1024}");
        (await server.ConfigGetAsync("databases")).Single().Value.Should().Be("10000", "ours win");
    }

    private static TestEnvironment Run(string variable, string image) =>
        TestEnvironment.With(name => name == variable ? image : name == "CHAINBRIDGE_PROVIDER" ? "docker"
            : name.StartsWith("CHAINBRIDGE_REUSE", StringComparison.Ordinal) ? null
            : Environment.GetEnvironmentVariable(name), TimeProvider.System, TextWriter.Null);

    /// <summary>An image with another CMD than the one that it is made of, removed at the end.</summary>
    private sealed record OwnImage(string Name) : IAsyncDisposable
    {
        public static async Task<OwnImage> BuildAsync(string from, string command)
        {
            if (await DockerEngine.ProblemAsync(DockerEngine.Address(Environment.GetEnvironmentVariable), [from], Stop) is { } away)
                Assert.Skip(away);
            var name = $"chainbridge-test/{Guid.NewGuid():N}:1";
            await DockerAsync(["build", "--quiet", "-t", name, "-"], $"FROM {from}\nCMD {command}\n", Stop);
            return new(name);
        }

        public async ValueTask DisposeAsync() => await DockerAsync(["rmi", "--force", Name], "", CancellationToken.None);

        private static async Task DockerAsync(string[] arguments, string input, CancellationToken cancellationToken)
        {
            using var docker = Process.Start(new ProcessStartInfo("docker",
                arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
            await docker.StandardInput.WriteAsync(input);
            docker.StandardInput.Close();
            var output = docker.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = docker.StandardError.ReadToEndAsync(cancellationToken);
            await docker.WaitForExitAsync(cancellationToken).WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
            docker.ExitCode.Should().Be(0, $"docker {string.Join(' ', arguments)}: {await output}{await errors}");
        }
    }
}
