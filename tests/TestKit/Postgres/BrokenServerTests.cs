using ChainBridge.TestKit;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;
using static ChainBridge.Tests.TestKit.Postgres.Databases;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>
/// A server that ends under the tests, a disk that is full, a clock that jumps: reported within seconds, and the next run works.
/// </summary>
[EveryProvider]
public sealed class BrokenServerTests(TestEnvironment environment)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    [NotOn("external")]
    public async Task A_server_that_is_killed_under_the_tests_is_reported_at_once_and_the_next_run_works()
    {
        var provider = await environment.ProviderNameAsync(Stop);
        // A server that others use too is not ours to kill.
        Assert.SkipWhen(provider == "external", "not on this provider: the external provider starts no server that could be killed");
        var migrations = Script("CREATE TABLE things (id int)");
        await using (var run = Run(provider))
        {
            var lease = await run.Postgres.LeaseAsync(migrations, Unscoped, Stop);
            await KillAsync(lease);
            var next = () => run.Postgres.LeaseAsync(Script("CREATE TABLE others (id int)"), Unscoped, Stop);
            (await next.Should().ThrowAsync<LeaseException>().WaitAsync(Soon, Stop))
                .WithMessage("PostgreSQL at * is gone: it ended while tests were using it*the next run starts a new one*");
            var connect = () => lease.OpenAsync(Stop);
            (await connect.Should().ThrowAsync<LeaseException>().WaitAsync(Soon, Stop))
                .WithMessage($"*is gone*connecting to {lease.Database}*");
            var end = async () => await lease.DisposeAsync();
            (await end.Should().ThrowAsync<LeaseException>().WaitAsync(Soon, Stop)).WithMessage("*is gone*");
        }

        await using var later = Run(provider);
        await using var works = await later.Postgres.LeaseAsync(migrations, Unscoped, Stop);
        (await works.CountAsync("SELECT count(*) FROM things")).Should().Be(0);
    }

    [Fact]
    [NotOn("external")]
    public async Task A_full_disk_is_reported_with_what_to_do()
    {
        await using var disk = await SmallDisk.MakeAsync(environment);
        var lease = () => disk.Leases.LeaseAsync(Script($"CREATE TABLE much (text text) TABLESPACE {SmallDisk.Tablespace}; "
            + "INSERT INTO much SELECT repeat('x', 1900) FROM generate_series(1, 15000)"), Unscoped, Stop);
        (await lease.Should().ThrowAsync<LeaseException>())
            .WithMessage("the disk of PostgreSQL at * is full: the migrations of * failed with 53100*Free space*");
        await using var works = await disk.Leases.LeaseAsync(Script("CREATE TABLE little (id int)"), Unscoped, Stop);
    }

    [Fact]
    public async Task A_clock_that_jumps_neither_ends_nor_prolongs_a_wait()
    {
        await using var server = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Unscoped, Stop);
        var clock = new FakeTimeProvider();
        await using var run = server.AnotherRun(new PostgresOptions { TemplateTimeout = TimeSpan.FromMinutes(5) }, time: clock);
        var migrations = new MigrationSet(Guid.NewGuid().ToString(), async (connectionString, _) =>
        {
            // The wall clock goes back ten years while the migrations run.
            clock.AdjustTime(clock.GetUtcNow().AddYears(-10));
            await ExecuteAsync(connectionString, "CREATE TABLE things (id int)");
            clock.AdjustTime(clock.GetUtcNow().AddYears(30));
        });
        await using var lease = await run.LeaseAsync(migrations, Unscoped, Stop);
        (await lease.CountAsync("SELECT count(*) FROM things")).Should().Be(0);
    }

    private static TestEnvironment Run(string provider) => TestEnvironment.With(
        name => name == "CHAINBRIDGE_PROVIDER" ? provider : Environment.GetEnvironmentVariable(name), TimeProvider.System, TextWriter.Null);

    /// <summary>From within, so that it works wherever the server runs: the parent of the session's process is the server.</summary>
    private static async Task KillAsync(DatabaseLease lease)
    {
        await using var connection = await lease.OpenHomeAsync();
        await IsCutOffAsync(connection, "COPY (SELECT 1) TO PROGRAM 'kill -QUIT $(cut -d \" \" -f 4 /proc/$PPID/stat)'");
        // The session is ended by the server's end, sooner or later than the answer.
        await Eventually.HoldsAsync(() => IsCutOffAsync(connection, "SELECT 1"), Soon, "the server is gone");
    }

    private static async Task<bool> IsCutOffAsync(NpgsqlConnection connection, string sql)
    {
        try
        {
            if (connection.State != System.Data.ConnectionState.Open) return true;
            await connection.ExecuteAsync(sql);
            return false;
        }
        catch (NpgsqlException)
        {
            return true;
        }
    }
}
