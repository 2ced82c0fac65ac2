using ChainBridge.TestKit;
using ChainBridge.TestKit.Providers.Reuse;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Providers;

/// <summary>What every provider that starts servers does alike when they are to stay warm; of embedded that is PostgreSQL.</summary>
[EveryProvider]
public sealed class WarmRunTests(TestEnvironment environment)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Of this test alone.</summary>
    private readonly string _key = $"test-{Guid.NewGuid().ToString("N")[..8]}";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    [NotOn("external")]
    public async Task A_server_outlives_the_run_that_started_it_and_each_run_that_finds_it_logs_that_once()
    {
        var provider = await environment.ProviderNameAsync(Stop);
        Assert.SkipWhen(provider == "external", "not on this provider: it starts no server that could stay warm");
        var (starter, finder) = (new StringWriter(), new StringWriter());
        await using (var second = Run(provider, finder))
        {
            int port;
            await using (var first = Run(provider, starter))
            {
                await using var started = await first.DatabaseAsync();
                await using var startedKeys = await first.KeysAsync();
                // Before the first lets go of them: however slow the machine is, the servers are not idle in between.
                await using var found = await second.DatabaseAsync();
                await using var foundKeys = await second.KeysAsync();
                port = started.Port;
                found.Port.Should().Be(port);
            }

            await using var after = await second.DatabaseAsync();
            after.Port.Should().Be(port, "the run that started it is over, the server is not");
            await using var connection = await after.OpenAsync(Stop);
            starter.ToString().Should().NotContain("reusing");
            Reused(finder, "PostgreSQL").Should().ContainSingle().Which.Should().MatchRegex("^ChainBridge.TestKit: reusing PostgreSQL at "
                + $".+:{port}, started [0-9-]{{10}} [0-9:]{{8}} UTC; it ends when no run has used it for 3s \\(CHAINBRIDGE_REUSE=1\\)$");
            // Garnet is of the process that uses it.
            Reused(finder, "Redis").Should().HaveCount(provider == "embedded" ? 0 : 1);
        }

        await Eventually.HoldsAsync(
            () => !ReuseTests.WarmFolders(_key).Any() && Directory.GetFiles(Path.GetTempPath(), $"chainbridge-reuse-*{_key}*").Length == 0,
            Deadline, "the server, its folder and what was written down about it are gone after the idle time");
    }

    [Theory]
    [InlineData(90, "90s")]
    [InlineData(600, "10m")]
    [InlineData(7200, "2h")]
    public void An_idle_time_is_printed_as_it_is_written(int seconds, string text) =>
        ReuseSettings.Text(TimeSpan.FromSeconds(seconds)).Should().Be(text);

    private static IEnumerable<string> Reused(StringWriter log, string what) => log.ToString().Split('\n').Select(line => line.TrimEnd())
        .Where(line => line.Contains($"reusing {what}", StringComparison.Ordinal));

    private TestEnvironment Run(string provider, TextWriter log) => TestEnvironment.With(name => name switch
    {
        "CHAINBRIDGE_PROVIDER" => provider, "CHAINBRIDGE_REUSE" => "1", "CHAINBRIDGE_REUSE_IDLE" => "3s", "CHAINBRIDGE_REUSE_KEY" => _key,
        _ => Environment.GetEnvironmentVariable(name),
    }, TimeProvider.System, log);
}
