using System.Diagnostics;
using ChainBridge.Tests.TestKit.Infrastructure;
using ChainBridge.Tests.TestKit.Runs;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Postgres;
using FluentAssertions;
using Npgsql;
using Xunit;
using static ChainBridge.Tests.TestKit.Postgres.Databases;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>The template of a migration set: built once, whole or not at all, and made anew when its set changes.</summary>
[EveryProvider]
public sealed class TemplateTests(TestEnvironment environment)
{
    private static readonly TimeSpan RaceDeadline = TimeSpan.FromMinutes(5);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Eight_processes_that_race_on_one_server_build_it_once()
    {
        await using var lease = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Unscoped, Stop);
        var folder = Directory.CreateTempSubdirectory("cb-race-").FullName;
        var racers = Enumerable.Range(0, 8).Select(_ => Race(lease, folder)).ToList();
        try
        {
            foreach (var racer in racers)
            {
                var output = racer.StandardOutput.ReadToEndAsync(Stop);
                await racer.WaitForExitAsync(Stop).WaitAsync(RaceDeadline, Stop);
                racer.ExitCode.Should().Be(0, await output);
            }

            Directory.GetFiles(folder, "built-*").Should().ContainSingle();
            Directory.GetFiles(folder, "leased-*").Should().HaveCount(8);
        }
        finally
        {
            foreach (var racer in racers)
            {
                if (!racer.HasExited) racer.Kill();
                racer.Dispose();
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_builder_that_is_killed_half_way_blocks_no_other_and_leaves_nothing_that_counts()
    {
        await using var lease = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Unscoped, Stop);
        var folder = Directory.CreateTempSubdirectory("cb-race-").FullName;
        using var builder = Race(lease, folder, seconds: 100);
        try
        {
            await Eventually.HoldsAsync(() => Directory.GetFiles(folder, "built-*").Length == 1, RaceDeadline, "the other process builds");
        }
        finally
        {
            builder.Kill();
        }

        await using var run = lease.AnotherRun(new PostgresOptions { TemplateTimeout = TimeSpan.FromSeconds(30) });
        var migrations = new MigrationSet($"race in {folder}",
            (connectionString, _) => ExecuteAsync(connectionString, "CREATE TABLE made_anew (id int)"));
        await using var works = await run.LeaseAsync(migrations, Unscoped, Stop);
        (await works.CountAsync("SELECT count(*) FROM made_anew")).Should().Be(0);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_changed_byte_builds_another_template()
    {
        await using var first = await environment.Postgres.LeaseAsync(
            MigrationSet.FromScripts(new MigrationScript("001", "CREATE TABLE things (a int)")), Unscoped, Stop);
        await using var second = await environment.Postgres.LeaseAsync(
            MigrationSet.FromScripts(new MigrationScript("001", "CREATE TABLE things (b int)")), Unscoped, Stop);
        (await first.CountAsync("SELECT count(a) FROM things")).Should().Be(0);
        (await second.CountAsync("SELECT count(b) FROM things")).Should().Be(0);
    }

    [Fact]
    public async Task A_half_built_database_is_not_taken_for_a_template()
    {
        var migrations = Script("CREATE TABLE whole (id int)");
        await using var other = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Unscoped, Stop);
        var half = other.Template(migrations).Replace("template_", "building_", StringComparison.Ordinal);
        // A builder that died between the migrations' first statement and the end leaves this.
        await other.ExecuteAsync($"CREATE DATABASE {half}");
        await using var lease = await environment.Postgres.LeaseAsync(migrations, Unscoped, Stop);
        (await lease.CountAsync("SELECT count(*) FROM whole")).Should().Be(0);
        (await ExistsAsync(other, half)).Should().BeFalse();
    }

    [Fact]
    public async Task A_builder_that_hangs_is_not_waited_for_without_end_and_is_named()
    {
        var migrations = Script("CREATE TABLE things (id int)");
        await using var server = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Unscoped, Stop);
        await using var holder = await server.OpenHomeAsync();
        await holder.ExecuteAsync($"SELECT pg_advisory_lock({Convert.ToInt64(TemplateBuilder.Hash(migrations.Key)[..16], 16)})");
        await using var impatient = server.AnotherRun(new PostgresOptions { TemplateTimeout = TimeSpan.FromSeconds(1) });
        var lease = () => impatient.LeaseAsync(migrations, Unscoped, Stop);
        (await lease.Should().ThrowAsync<LeaseException>())
            .WithMessage($"waited 1 s for the template*process {holder.ProcessID} on the server*");
    }

    [Fact]
    public async Task Migrations_that_hang_are_given_up_and_reported()
    {
        await using var server = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Unscoped, Stop);
        await using var impatient = server.AnotherRun(new PostgresOptions { TemplateTimeout = TimeSpan.FromSeconds(1) });
        var hangs = new MigrationSet(Guid.NewGuid().ToString(), (_, _) => new TaskCompletionSource().Task);
        var lease = () => impatient.LeaseAsync(hangs, Unscoped, Stop);
        (await lease.Should().ThrowAsync<LeaseException>()).WithMessage("the migrations of*had not ended after 1 s*");
    }

    [Fact]
    public async Task A_client_connected_to_the_template_is_named_at_once()
    {
        var migrations = Script("CREATE TABLE things (id int)");
        await using var server = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Unscoped, Stop);
        await using var builder = server.AnotherRun(new PostgresOptions());
        await using var first = await builder.LeaseAsync(migrations, Unscoped, Stop);
        var template = first.Template(migrations);
        await using var home = await first.OpenHomeAsync();
        await home.ExecuteAsync($"ALTER DATABASE {template} ALLOW_CONNECTIONS true");
        await using (var guest = await first.OpenHomeAsync(template, "a curious person"))
        {
            await using var run = first.AnotherRun(new PostgresOptions());
            var lease = () => run.LeaseAsync(migrations, Unscoped, Stop);
            (await lease.Should().ThrowAsync<LeaseException>().WaitAsync(TimeSpan.FromSeconds(20), Stop))
                .WithMessage($"*{template}*other sessions are connected*process {guest.ProcessID}*a curious person*Disconnect*");
        }

        await Eventually.HoldsAsync(
            async () => await home.CountAsync($"SELECT count(*) FROM pg_stat_activity WHERE datname = '{template}'") == 0,
            TimeSpan.FromSeconds(20), "the guest has left");
        await using var next = first.AnotherRun(new PostgresOptions());
        await using var works = await next.LeaseAsync(migrations, Unscoped, Stop);
    }

    [Fact]
    public async Task Clones_wait_ready_up_to_the_size_of_the_pool_and_are_made_anew()
    {
        await using var server = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Unscoped, Stop);
        await using var run = server.AnotherRun(new PostgresOptions { WarmDatabases = 3 });
        var migrations = Script("CREATE TABLE things (id int)");
        await run.WarmAsync(migrations, Stop);
        var pool = (await run.TemplateAsync(migrations)).Clones;
        pool.Ready.Should().Be(3);
        var leases = new List<DatabaseLease>();
        for (var count = 0; count < 5; count++) leases.Add(await run.LeaseAsync(migrations, Unscoped, Stop));
        leases.Select(lease => lease.Database).Should().OnlyHaveUniqueItems();
        await Eventually.HoldsAsync(() => pool.Ready == 3, TimeSpan.FromSeconds(30), "the pool is full again");
        foreach (var lease in leases) await lease.DisposeAsync();
    }

    [Fact]
    public async Task A_run_that_ends_drops_what_it_kept_warm()
    {
        await using var server = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Unscoped, Stop);
        var migrations = Script("CREATE TABLE only_here (id int)");
        List<string> warm;
        await using (var run = server.AnotherRun(new PostgresOptions { WarmDatabases = 2 }))
        {
            await run.WarmAsync(migrations, Stop);
            warm = [await NameOfNextAsync(run, migrations), await NameOfNextAsync(run, migrations)];
        }

        foreach (var name in warm) (await ExistsAsync(server, name)).Should().BeFalse();
    }

    private static async Task<string> NameOfNextAsync(PostgresLeases run, MigrationSet migrations)
    {
        await using var lease = await run.LeaseAsync(migrations, Unscoped, Stop);
        return lease.Database;
    }

    private static Process Race(DatabaseLease lease, string folder, int seconds = 1)
    {
        var start = new ProcessStartInfo("dotnet",
            [SampleRun.Dll, "-noColor", "-class", "ChainBridge.Tests.TestKit.Sample.RacesForTemplate"]) { RedirectStandardOutput = true };
        start.Environment["RACE_FOLDER"] = folder;
        start.Environment["RACE_SECONDS"] = $"{seconds}";
        start.Environment["RACE_PREFIX"] = lease.Prefix();
        start.Environment["RACE_SERVER"] = lease.ConnectionString;
        return Process.Start(start)!;
    }
}
