using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.State;

public sealed class TargetLockTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lock-");
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_second_runner_is_refused_with_the_name_of_the_holder()
    {
        await using var held = await TakeAsync("ann");
        var second = () => TakeAsync("bob");
        var refused = (await second.Should().ThrowAsync<EngineException>()).Which;
        refused.Failure.Should().Be(Failure.Locked);
        refused.Message.Should().Contain("ann").And.Contain("deploy");
    }

    [Fact]
    public async Task Taking_the_lock_removes_what_a_killed_runner_left_half_written_and_nothing_else()
    {
        var half = Path.Combine(_folder.FullName, $"fence.{Guid.NewGuid():N}.tmp");
        var other = Path.Combine(_folder.FullName, "notes.tmp");
        foreach (var file in new[] { half, other }) await File.WriteAllTextAsync(file, "7", TestContext.Current.CancellationToken);
        await using var held = await TakeAsync("ann");
        File.Exists(half).Should().BeFalse();
        File.Exists(other).Should().BeTrue();
    }

    [Fact]
    public async Task Tokens_only_grow_across_holders()
    {
        var tokens = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            await using var held = await TakeAsync("ann");
            tokens.Add(held.Token.Value);
        }

        tokens.Should().Equal(1, 2, 3);
    }

    [Fact]
    public async Task A_broken_lock_does_not_turn_the_token_back()
    {
        var held = await TakeAsync("ann");
        await Lock().BreakAsync(TestContext.Current.CancellationToken);
        await using var next = await TakeAsync("bob");
        next.Token.Value.Should().BeGreaterThan(held.Token.Value);
        await held.DisposeAsync();
        Lock().Holder()!.Who.Should().Be("bob", "giving back what was lost takes nothing from the new holder");
    }

    [Fact]
    public async Task A_holder_that_renews_keeps_the_lock_and_one_that_died_loses_it()
    {
        await using var held = await TakeAsync("ann");
        _time.Advance(TargetLock.Lifetime / 3);
        await Eventually(() => Lock().Holder() is { } holder && holder.Until > held.Holder.Until, "the lock is renewed");

        // The renewal may still have the guard in its hand: the newcomer's time must run, or it would wait for it for ever.
        await using var taken =
            await new TargetLock(new LocalFiles(), _folder.FullName, new Later(_time.GetUtcNow() + TargetLock.Lifetime * 2), _ => false)
                .AcquireAsync("bob", "there", 2, "deploy", TestContext.Current.CancellationToken);
        taken.Holder.Who.Should().Be("bob");
        _time.Advance(TargetLock.Lifetime / 3);
        await Eventually(() => held.Lost.IsCancellationRequested, "the old holder learns that it lost the lock");
    }

    [Fact]
    public async Task A_holder_known_to_be_dead_is_not_waited_for()
    {
        await using var held = await TakeAsync("ann");
        await using var taken = await new TargetLock(new LocalFiles(), _folder.FullName, _time, holder => holder.Who == "ann")
            .AcquireAsync("bob", "here", 2, "deploy", TestContext.Current.CancellationToken);
        taken.Holder.Who.Should().Be("bob");
    }

    [Fact]
    public async Task Of_many_runners_after_an_expired_lock_exactly_one_gets_it()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "lock.json"), "torn", TestContext.Current.CancellationToken);
        var tries = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => Task.Run(async () =>
        {
            try
            {
                return await new TargetLock(new LocalFiles(), _folder.FullName, TimeProvider.System, _ => false)
                    .AcquireAsync($"runner {number}", "here", 1, "deploy", TestContext.Current.CancellationToken);
            }
            catch (EngineException refused) when (refused.Message.Contains("is held by", StringComparison.Ordinal))
            {
                return null;
            }
        })));
        tries.Count(held => held is not null).Should().Be(1);
        await tries.Single(held => held is not null)!.DisposeAsync();
        Lock().Holder().Should().BeNull();
    }

    /// <summary>The machine's time, seen from another moment.</summary>
    private sealed class Later(DateTimeOffset begin) : TimeProvider
    {
        private readonly long _began = System.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => begin + System.GetElapsedTime(_began);
    }

    private TargetLock Lock() => new(new LocalFiles(), _folder.FullName, _time, _ => false);

    private Task<HeldLock> TakeAsync(string user) => Lock().AcquireAsync(user, "here", 1, "deploy", TestContext.Current.CancellationToken);

    private static async Task Eventually(Func<bool> condition, string what)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            deadline.IsCancellationRequested.Should().BeFalse($"waited 60 s until {what}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
