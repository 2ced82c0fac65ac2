using ChainBridge.TestKit;
using Xunit;

namespace ChainBridge.Tests.TestKit.Infrastructure;

/// <summary>Leases of an environment that a test makes and ends itself: they end when they are disposed, not with the test.</summary>
internal static class LeasesOfARun
{
    public static Task<DatabaseLease> DatabaseAsync(this TestEnvironment run, MigrationSet? migrations = null) =>
        run.Postgres.LeaseAsync(migrations ?? MigrationSet.Empty, new LeaseOptions { Scope = () => null },
            TestContext.Current.CancellationToken);

    public static Task<RedisLease> KeysAsync(this TestEnvironment run) =>
        run.Redis.LeaseAsync(new KeySpaceOptions { Scope = () => null }, TestContext.Current.CancellationToken);
}
