using ChainBridge.Tests.TestKit.Infrastructure;
using ChainBridge.TestKit;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Cleanup;

/// <summary>A test process that is killed leaves no server behind, on whichever provider the run uses.</summary>
[EveryProvider]
[Collection("killed runs")]
[InTurn(0)]
public sealed class KilledRunTests(TestEnvironment environment)
{
    private static readonly Dictionary<string, string> None = [];

    /// <summary>15 s are promised; a busy machine gets more.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_servers_are_gone_without_another_run_and_those_of_a_live_run_are_not_touched()
    {
        var provider = await environment.ProviderNameAsync(Stop);
        await using var live = await ServerHolder.StartAsync(provider, None);
        await using var killed = await ServerHolder.StartAsync(provider, None);
        (await killed.AnsweringAsync()).Should().Be(2);

        await killed.KillAsync();

        if (provider == "external")
            await Eventually.HoldsAsync(async () => (await Leftovers.OrphanedDatabasesAsync()).Count == 0, Deadline,
                "the databases of the killed process are dropped");
        else
            await Eventually.HoldsAsync(async () => await killed.AnsweringAsync() == 0, Deadline,
                "the servers of the killed process are gone");
        if (provider == "docker")
            await Eventually.HoldsAsync(async () => (await Leftovers.ContainersAsync(killed.ProcessId)).Count == 0, Deadline,
                "the containers of the killed process are removed");
        (await live.AnsweringAsync()).Should().Be(2);
    }

    [Fact]
    public async Task Resources_whose_reaper_was_killed_are_removed_and_named_by_the_next_run()
    {
        var provider = await environment.ProviderNameAsync(Stop);
        // The run of these tests sweeps once, on its first use: that is over before anything is left for the next.
        await using var first = await environment.KeysAsync();
        // Without the Docker command line on its path the process has no reaper.
        await using var live = await ServerHolder.StartAsync(provider, None);
        await using var killed = await ServerHolder.StartAsync(provider,
            provider == "docker" ? new Dictionary<string, string> { ["PATH"] = "/nowhere" } : None);
        await killed.KillWithReapersAsync();
        if (provider == "docker")
            (await Leftovers.ContainersAsync(killed.ProcessId)).Should().HaveCount(2, "the next run has something to remove");

        var log = new StringWriter();
        await using (var next = TestEnvironment.With(
            name => name == "CHAINBRIDGE_PROVIDER" ? provider : Environment.GetEnvironmentVariable(name), TimeProvider.System, log))
        {
            await using var database = await next.DatabaseAsync();
            await using var cache = await next.KeysAsync();
        }

        (await live.AnsweringAsync()).Should().Be(2);
        (await Leftovers.OfAsync(killed.ProcessId, killed.Mark, provider)).Should().BeEmpty();
        if (provider == "external")
        {
            (await Leftovers.OrphanedDatabasesAsync()).Should().BeEmpty();
            log.ToString()
                .Should().Contain("what runs that are gone left: cbtest_").And.Contain("what runs that are gone left: databases ");
            return;
        }

        log.ToString().Should().Contain($"of process {killed.ProcessId})").And.NotContain($"of process {live.ProcessId})");
    }
}
