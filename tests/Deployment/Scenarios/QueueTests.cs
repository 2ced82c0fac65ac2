using System.Globalization;
using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>A stack with a queue and a worker, as its developers wrote it: deployed, gone back and broken while parcels come.</summary>
[Trait(Sample.Turn, "2")]
public sealed class QueueTests
{
    /// <summary>How many deployments and rollbacks; the measurement asks for more.</summary>
    private static int Rounds =>
        int.TryParse(Environment.GetEnvironmentVariable("QUEUE_ROUNDS"), CultureInfo.InvariantCulture, out var rounds) ? rounds
            : Sample.OfThisRun.Seed is null ? 2 : 1;

    [Fact]
    public async Task No_parcel_is_lost_or_sorted_twice_while_releases_come_and_go()
    {
        var stop = TestContext.Current.CancellationToken;
        await TargetsUnderTest.Named("compose").RequireAsync(stop);
        await using var lab = await QueueLab.OpenAsync(stop);
        (await lab.RunAsync(stop, "deploy", "--version", "first")).ShouldEndWith(0);
        await using var parcels = new Parcels(lab.Desk);
        for (var round = 1; round <= Rounds; round++)
        {
            (await lab.RunAsync(stop, "deploy", "--version", $"round-{round}")).ShouldEndWith(0);
            (await lab.RunAsync(stop, "rollback")).ShouldEndWith(0);
            (await lab.WorkersAsync(stop)).Should().ContainSingle();
        }

        await lab.ChangeAsync("docker-compose.yml", text => text.Replace("    environment:\n      BROKER: \"broker:6379\"\n      LEDGER",
            "    entrypoint: [sh, -c, \"echo no sorting today; exit 3\"]\n    environment:\n      BROKER: \"broker:6379\"\n      LEDGER",
            StringComparison.Ordinal), stop);
        var broken = await lab.RunAsync(stop, "deploy", "--version", "broken");
        broken.ShouldEndWith(11);
        broken.Evidence.Should().MatchRegex("sorter ended (with exit code 3|and was started again) before it was ready")
            .And.Contain("no sorting today").And.Contain("first is serving again");
        (await lab.WorkersAsync(stop)).Should().ContainSingle("the old worker is back");

        await parcels.StopAsync();
        await Until.TrueAsync("the queue is empty", TimeSpan.FromSeconds(60),
            async () => await lab.InAsync("broker", stop, "redis-cli", "llen", "parcels") == "0"
                && await lab.InAsync("broker", stop, "redis-cli", "llen", "in-hand") == "0", stop);
        var sorted = (await lab.InAsync("ledger", stop, "psql", "-U", "postgres", "-tAc", "SELECT parcel FROM sorted"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        parcels.Refused.Should().BeEmpty();
        parcels.Taken.Should().HaveCountGreaterThan(100);
        sorted.Should().OnlyHaveUniqueItems("a parcel that is sorted twice was taken by two workers");
        parcels.Taken.Except(sorted).Should().BeEmpty("a parcel that was taken in must be sorted");

        (await lab.RunAsync(stop, "down", "--volumes")).ShouldEndWith(0);
        (await lab.LeftoversAsync(stop)).Should().BeEmpty();
    }
}
