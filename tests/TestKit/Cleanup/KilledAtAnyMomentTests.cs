using System.Diagnostics;
using ChainBridge.Machine;
using ChainBridge.TestKit;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Cleanup;

/// <summary>
/// Kills another test process at moments spread over its start and its first use of the servers, and looks at what is left.
/// </summary>
[EveryProvider]
[Collection("killed runs")]
[InTurn(2)]
public sealed class KilledAtAnyMomentTests(TestEnvironment environment)
{
    private const int Moments = 10;

    /// <summary>15 s are promised; a busy machine gets more.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(40);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_left_of_it_and_a_run_beside_it_goes_on()
    {
        var provider = await environment.ProviderNameAsync(Stop);
        var began = Stopwatch.GetTimestamp();
        await using var beside = await ServerHolder.StartAsync(provider, new Dictionary<string, string>());
        var whole = Stopwatch.GetElapsedTime(began);

        // One after the other, each a tenth of a start later: what none of them left, none of their moments leaves.
        var killed = new List<(int Id, string Mark)>();
        for (var moment = 1; moment <= Moments; moment++)
        {
            using var victim = ServerHolder.Launch(provider, new Dictionary<string, string> { ["TESTCONTAINERS_RYUK_DISABLED"] = "true" },
                out var mark);
            await Task.Delay(whole * moment / Moments, Stop);
            if (provider == "docker")
                (await Leftovers.MountsAsync(victim.Id)).Should().NotContain(mount => mount.StartsWith("volume", StringComparison.Ordinal));
            // With its whole group, as a terminal or a CI runner does it, every other time.
            if (moment % 2 == 0) ProcessIdentity.Of(victim.Id).KillGroup();
            victim.Kill(entireProcessTree: false);
            await victim.WaitForExitAsync(Stop);
            killed.Add((victim.Id, mark));
            foreach (var file in new[] { mark, mark + ".part" }) File.Delete(file);
        }

        IReadOnlyList<string> left = [];
        await Eventually.HoldsAsync(async () =>
        {
            var found = new List<string>();
            foreach (var (id, mark) in killed) found.AddRange(await Leftovers.OfAsync(id, mark, provider));
            if (provider == "external") found.AddRange(await Leftovers.OrphanedDatabasesAsync());
            left = found;
            return found.Count == 0;
        }, Deadline, () => $"nothing is left of the killed runs; there still is:\n{string.Join('\n', left)}");
        (await beside.AnsweringAsync()).Should().Be(2);
        (await Leftovers.OfAsync(beside.ProcessId, beside.Mark, provider)).Should().NotBeEmpty("what is looked for is found where it is");
    }
}
