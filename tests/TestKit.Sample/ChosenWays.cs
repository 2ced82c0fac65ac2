using ChainBridge.TestKit;
using Xunit;

[assembly: Isolation(Isolation.Reset)]
[assembly: KeySpace(KeySpace.Prefix)]

namespace ChainBridge.Tests.TestKit.Sample;

/// <summary>Leases as the attributes say, and writes down which way it was.</summary>
internal static class Ways
{
    public static async Task WriteAsync(
        TestEnvironment environment, string who, LeaseOptions? database = null, KeySpaceOptions? keys = null)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var held = await environment.Postgres.LeaseAsync(MigrationSet.Empty, database ?? new(), stop);
        await using var cache = await environment.Redis.LeaseAsync(keys ?? new(), stop);
        Trace.Write($"ways: {who}: {held.Isolation}, {(cache.KeyPrefix.Length > 0 ? KeySpace.Prefix : KeySpace.Number)}");
    }
}

public sealed class WaysOfTheAssembly(TestEnvironment environment, WaysOfTheAssembly.SharedFixture fixture)
    : IClassFixture<WaysOfTheAssembly.SharedFixture>
{
    [Fact]
    public Task Its_own()
    {
        Assert.NotNull(fixture);
        return Ways.WriteAsync(environment, "assembly");
    }

    [Fact]
    [Isolation(Isolation.Transaction)]
    [KeySpace(KeySpace.Number)]
    public Task A_method_before_it() => Ways.WriteAsync(environment, "method before assembly");

    public sealed class SharedFixture(TestEnvironment environment) : IAsyncLifetime
    {
        public async ValueTask InitializeAsync() => await Ways.WriteAsync(environment, "fixture of a class without any");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

[Isolation(Isolation.Clone)]
[KeySpace(KeySpace.Number)]
public sealed class WaysOfTheClass(TestEnvironment environment, WaysOfTheClass.SharedFixture fixture)
    : IClassFixture<WaysOfTheClass.SharedFixture>
{
    [Fact]
    public Task Its_own()
    {
        Assert.NotNull(fixture);
        return Ways.WriteAsync(environment, "class before assembly");
    }

    [Fact]
    [Isolation(Isolation.Transaction)]
    [KeySpace(KeySpace.Prefix)]
    public Task A_method_before_it() => Ways.WriteAsync(environment, "method before class");

    [Fact]
    [Isolation(Isolation.Transaction)]
    [KeySpace(KeySpace.Prefix)]
    public Task Options_before_all() =>
        Ways.WriteAsync(environment, "options", new() { Isolation = Isolation.Reset }, new() { KeySpace = KeySpace.Number });

    public sealed class SharedFixture(TestEnvironment environment) : IAsyncLifetime
    {
        public async ValueTask InitializeAsync() => await Ways.WriteAsync(environment, "fixture of the class");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
