using ChainBridge.TestKit;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Providers;

/// <summary>Takes all databases there are, so no other test may run meanwhile.</summary>
[CollectionDefinition(nameof(ExhaustedTests), DisableParallelization = true)]
[Collection(nameof(ExhaustedTests))]
[EveryProvider]
public sealed class ExhaustedTests(TestEnvironment environment)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task More_key_spaces_at_once_than_the_server_has_are_refused()
    {
        if (await environment.ProviderNameAsync(Stop) is not ("embedded" or "external")) return;
        var leases = new List<RedisLease>();
        try
        {
            var tooMany = async () =>
            {
                for (var number = 0; number <= 300; number++) leases.Add(await environment.KeysAsync());
            };
            (await tooMany.Should().ThrowAsync<Exception>()).Which.Message.Should()
                .MatchRegex("(all 256 Redis databases are leased|no numbered database of Redis at .* is free)");
        }
        finally
        {
            foreach (var lease in leases) await lease.DisposeAsync();
        }
    }
}
