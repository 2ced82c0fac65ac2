using ChainBridge.TestKit;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Xunit;
using static ChainBridge.Tests.TestKit.Postgres.Databases;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>The evidence of a failed test's database.</summary>
[EveryProvider]
public sealed class DatabaseEvidenceTests(TestEnvironment environment)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Isolation.Clone)]
    [InlineData(Isolation.Reset)]
    public async Task Sessions_locks_and_the_tables_whose_rows_changed_are_reported_and_no_others(Isolation isolation)
    {
        var scope = NewScope();
        var lease = await environment.Postgres.LeaseAsync(Script("CREATE TABLE same (id int); CREATE TABLE fewer (id int); "
            + "INSERT INTO fewer VALUES (1), (2); CREATE TABLE more (id int)"), Of(scope) with { Isolation = isolation }, Stop);
        await lease.ExecuteAsync("DELETE FROM fewer WHERE id = 1; INSERT INTO more VALUES (1), (2), (3); CREATE TABLE made (id int)");
        await using var busy = await lease.OpenHomeAsync(lease.Database, "the service under test");
        await busy.ExecuteAsync("BEGIN; LOCK TABLE same IN ACCESS SHARE MODE");

        var files = await CollectAsync(scope);

        files.Single(file => file.Key.Contains("rows", StringComparison.Ordinal)).Value.Trim()
            .Should().Be("public.fewer: 2 -> 1\npublic.made: no table -> 0\npublic.more: 0 -> 3");
        files.Single(file => file.Key.Contains("activity", StringComparison.Ordinal)).Value.Should().Contain("the service under test")
            .And.Contain("idle in transaction").And.Contain("LOCK TABLE same");
        files.Single(file => file.Key.Contains("locks", StringComparison.Ordinal))
            .Value.Should().Contain($"{busy.ProcessID} | relation | AccessShareLock");
        files.Single(file => file.Key.Contains("connection", StringComparison.Ordinal)).Value.Should().Contain("CHAINBRIDGE_KEEP_FAILED=1");
        await scope.EndAsync(new TestEnding(Failed: true), Stop);
    }

    [Fact]
    public async Task Rows_of_a_transaction_are_reported_before_it_is_rolled_back()
    {
        var scope = NewScope();
        var lease = await environment.Postgres.LeaseAsync(Script("CREATE TABLE more (id int)"),
            Of(scope) with { Isolation = Isolation.Transaction }, Stop);
        await lease.Connection.ExecuteAsync("INSERT INTO more VALUES (1)");
        (await CollectAsync(scope)).Values.Should().Contain("public.more: 0 -> 1\n");
        await scope.EndAsync(new TestEnding(Failed: true), Stop);
    }

    private static async Task<Dictionary<string, string>> CollectAsync(TestScope scope)
    {
        var path = Directory.CreateTempSubdirectory("cb-evidence-").FullName;
        foreach (var evidence in scope.Evidence) await evidence.CollectAsync(new EvidenceFolder(path, text => text), Stop);
        var files = Directory.GetFiles(path).ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
        Directory.Delete(path, recursive: true);
        return files;
    }
}
