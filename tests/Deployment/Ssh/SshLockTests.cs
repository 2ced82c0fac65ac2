using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Hosts.Ssh;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;
using ChainBridge.Tests.Deployment.Harness;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Ssh;

/// <summary>The lock of an environment on a host, wanted by runners of two machines whose clocks differ by an hour.</summary>
[Trait(Sample.Turn, "11")]
public sealed class SshLockTests(LocalSshd server) : IClassFixture<LocalSshd>, IAsyncLifetime
{
    private readonly string _state = Directory.CreateTempSubdirectory("chainbridge-lock-").FullName;
    private SshHost _here = null!;
    private SshHost _there = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        LocalSshd.Require();
        (_here, _there) = (await OpenAsync(TimeSpan.Zero), await OpenAsync(TimeSpan.FromHours(1)));
    }

    public ValueTask DisposeAsync()
    {
        _here?.Dispose();
        _there?.Dispose();
        Directory.Delete(_state, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Two_runners_that_want_the_lock_at_once_get_it_one_at_a_time_a_hundred_times()
    {
        var winners = new List<string>();
        var tokens = new List<long>();
        for (var round = 1; round <= 100; round++)
        {
            // Each is the first to be started in every other round.
            var (first, second) = round % 2 == 0 ? ((_here, "here"), (_there, "there")) : ((_there, "there"), (_here, "here"));
            var tried = await Task.WhenAll(TryAsync(first), TryAsync(second));
            var held = tried.OfType<HeldLock>().Should().ContainSingle($"in round {round} exactly one proceeds").Which;
            winners.Add(held.Holder.Host);
            tokens.Add(held.Token.Value);
            await held.DisposeAsync();
            held.ReleaseFailure.Should().BeNull();
        }

        tokens.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        winners.Distinct().Should().HaveCount(2, "otherwise the two never raced");
    }

    [Fact]
    public async Task A_clock_that_is_an_hour_ahead_takes_no_lock_for_one_that_has_expired()
    {
        await using (await Lock(_here).AcquireAsync("ann", "here", 1, "deploy", Stop))
        {
            (await FluentActions.Awaiting(() => Lock(_there).AcquireAsync("bob", "there", 1, "deploy", Stop)).Should()
                .ThrowAsync<EngineException>()).Which.Failure.Should().Be(Failure.Locked);
        }

        await using var next = await Lock(_there).AcquireAsync("bob", "there", 1, "deploy", Stop);
        (next.Holder.Until - TimeProvider.System.GetUtcNow()).Should().BeLessThan(TimeSpan.FromMinutes(1), "the host's clock counts");
        Lock(_here).Holder()!.Host.Should().Be("there");
    }

    /// <summary>Null for a runner that is refused.</summary>
    private async Task<HeldLock?> TryAsync((SshHost Host, string Machine) runner)
    {
        try
        {
            return await Task.Run(() => Lock(runner.Host).AcquireAsync("ann", runner.Machine, 1, "deploy", Stop), Stop);
        }
        catch (EngineException refused) when (refused.Failure == Failure.Locked)
        {
            return null;
        }
    }

    private TargetLock Lock(SshHost host) => new(host.Files, _state, host.Clock, _ => false);

    private Task<SshHost> OpenAsync(TimeSpan ahead)
    {
        var clock = new Ahead(ahead);
        return SshHost.OpenAsync(server.Target(), new LocalExecutor(clock), clock, null, Stop);
    }

    private sealed class Ahead(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
    }
}
