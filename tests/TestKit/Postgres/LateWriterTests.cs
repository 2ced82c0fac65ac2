using ChainBridge.TestKit;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Npgsql;
using Xunit;
using static ChainBridge.Tests.TestKit.Postgres.Databases;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>What a passed test left running connects again and again: it never writes into the database of a later test.</summary>
[EveryProvider]
public sealed class LateWriterTests(TestEnvironment environment)
{
    private const int Later = 6;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly MigrationSet _migrations = Script("CREATE TABLE things (name text)");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_writer_that_a_passed_test_left_running_is_refused_by_name_in_all_later_tests(bool readsTheStringFromTheLease)
    {
        var scope = NewScope();
        var first = await environment.Postgres.LeaseAsync(_migrations, Of(scope) with { Isolation = Isolation.Reset }, Stop);
        var connectionString = readsTheStringFromTheLease ? first.ConnectionString : StringOfItsOwn(first);
        await using var writer = Writer.Start(connectionString);
        await writer.WritesAsync();
        await scope.EndAsync(TestEnding.Passed, Stop);

        for (var test = 0; test < Later; test++)
        {
            await using var next = await LeaseAsync();
            await writer.IsRefusedAsync();
            (await next.CountAsync("SELECT count(*) FROM things")).Should().Be(0);
        }

        // Not the last refusal: a session that was just being opened as a database went back keeps that database from being handed on.
        if (readsTheStringFromTheLease) (writer.RefusalByName?.Message).Should().Contain($"'{scope.Name}' is over");
    }

    [Fact]
    public async Task A_database_that_commands_of_unknown_origin_reached_is_not_handed_on()
    {
        string first;
        Writer writer;
        await using (var lease = await LeaseAsync())
        {
            (first, var connectionString) = (lease.Database, lease.ConnectionString);
            Task<Writer> starting;
            using (ExecutionContext.SuppressFlow()) starting = Task.Run(() => Writer.Start(connectionString), Stop);
            writer = await starting;
            await writer.WritesAsync();
        }

        await using (writer)
        {
            await using var next = await LeaseAsync();
            next.Database.Should().NotBe(first);
            await writer.IsRefusedAsync();
            (await next.CountAsync("SELECT count(*) FROM things")).Should().Be(0);
        }
    }

    [Fact]
    public async Task A_database_that_sessions_of_another_process_reached_is_not_handed_on()
    {
        string first;
        await using (var lease = await LeaseAsync())
        {
            first = lease.Database;
            // No pool of this process has it, as none has what another process opens.
            await ExecuteAsync(new NpgsqlConnectionStringBuilder(lease.ConnectionString) { Pooling = false }.ConnectionString,
                "INSERT INTO things VALUES ('x')");
        }

        await using var next = await LeaseAsync();
        next.Database.Should().NotBe(first);
    }

    private Task<DatabaseLease> LeaseAsync() =>
        environment.Postgres.LeaseAsync(_migrations, Unscoped with { Isolation = Isolation.Reset }, Stop);

    private static string StringOfItsOwn(DatabaseLease lease) => new NpgsqlConnectionStringBuilder
    {
        Host = lease.Host, Port = lease.Port, Username = lease.Username, Password = lease.Password, Database = lease.Database,
    }.ConnectionString;

    /// <summary>Opens, writes and closes, over and over.</summary>
    private sealed class Writer : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private Task _work = Task.CompletedTask;
        private int _written;
        private int _refused;

        public LeaseException? RefusalByName { get; private set; }

        public static Writer Start(string connectionString)
        {
            var writer = new Writer();
            writer._work = Task.Run(() => writer.WorkAsync(connectionString));
            return writer;
        }

        public Task WritesAsync() => MoreAsync(() => _written, "the writer has written");

        public Task IsRefusedAsync() => MoreAsync(() => _refused, "the writer tried to write");

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await _work;
            _end.Dispose();
        }

        private static Task MoreAsync(Func<int> count, string what)
        {
            var before = count();
            return Eventually.HoldsAsync(() => count() > before + 1, Deadline, what);
        }

        private async Task WorkAsync(string connectionString)
        {
            while (!_end.IsCancellationRequested)
            {
                try
                {
                    await using var connection = new NpgsqlConnection(connectionString);
                    await connection.OpenAsync(CancellationToken.None);
                    await using var insert = new NpgsqlCommand("INSERT INTO things VALUES ('late')", connection);
                    await insert.ExecuteNonQueryAsync(CancellationToken.None);
                    Interlocked.Increment(ref _written);
                }
                catch (Exception refused) when (refused is NpgsqlException or LeaseException)
                {
                    RefusalByName ??= refused as LeaseException;
                    Interlocked.Increment(ref _refused);
                }

                await Task.Yield();
            }
        }
    }
}
