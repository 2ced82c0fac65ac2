using ChainBridge.TestKit;
using Xunit;

namespace ChainBridge.Tests.TestKit.Sample;

/// <summary>Starts both servers, writes where they are into the file <c>SAMPLE_READY</c>, and holds them until it is killed.</summary>
[Isolation(Isolation.Clone)]
[KeySpace(KeySpace.Number)]
public sealed class HoldsServers(TestEnvironment environment)
{
    [Fact]
    public async Task Until_it_is_killed()
    {
        var stop = TestContext.Current.CancellationToken;
        var file = Environment.GetEnvironmentVariable("SAMPLE_READY")
            ?? throw new InvalidOperationException("SAMPLE_READY names no file to write");
        await using var database = await environment.Postgres.LeaseAsync(MigrationSet.Empty, stop);
        await using var cache = await environment.Redis.LeaseAsync(stop);
        var postgres = new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString).Port;
        await File.WriteAllTextAsync(file + ".part", $"{Environment.ProcessId} {postgres} {cache.Port}", stop);
        File.Move(file + ".part", file);
        await Task.Delay(Timeout.Infinite, stop);
    }
}
