using ChainBridge.Engine.Model;
using ChainBridge.Machine.Supervision;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Supervisor;

/// <summary>What dies comes back, and what never was ready does not.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task A_service_that_dies_comes_back_at_the_same_address()
    {
        await using var place = new Place();
        var first = await place.ServeAsync(place.Service("gateway"));

        first.Process!.Signal(9);

        var second = await place.UntilAsync("gateway", unit => unit is { Restarts: 1, Process: not null }, "started again");
        second.Process!.Id.Should().NotBe(first.Process.Id);
        second.Address.Should().Be(first.Address);
        second.LastEnd.Should().Be("exit code 137 (SIGKILL)");
        await Place.UntilAsync(() => Place.AnswersAsync(first.Address!), () => $"{first.Address} to answer again");
    }

    [Fact]
    public async Task A_service_that_keeps_dying_is_started_again_after_growing_pauses()
    {
        await using var place = new Place();
        // It lives until it is told, once: so it is ready before it first dies.
        var spec = place.Script("loop", "while [ ! -e go ]; do sleep 0.05; done; exit 3");
        await place.RunAsync(spec);
        await File.WriteAllTextAsync(Path.Combine(place.State, "go"), "", TestContext.Current.CancellationToken);

        var unit = await place.UntilAsync("loop", unit => unit.Restarts >= 2, "started again twice");

        unit.LastEnd.Should().Be("exit code 3");
        var pauses = new ChainBridge.Supervisor.RestartPause();
        var seconds = Enumerable.Range(0, 8).Select(_ => pauses.After(TimeSpan.FromSeconds(1)).TotalSeconds).ToList();
        seconds.Should().Equal(0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10);
        pauses.After(TimeSpan.FromMinutes(1)).TotalSeconds.Should().Be(0.2, "one that ran for a minute is not in a loop");
    }

    [Fact]
    public async Task A_service_that_dies_before_it_is_ready_fails_its_start_with_its_end_and_its_last_words()
    {
        await using var place = new Place();
        var spec = place.Script("candidate", "echo the database is missing; kill -SEGV $$");

        var start = () => place.StartAsync(spec, (_, _) => Task.FromResult(false));

        var failure = (await start.Should().ThrowAsync<EngineException>()).Which;
        failure.Failure.Should().Be(Failure.CandidateFailed);
        failure.Message.Should().Contain("ended before it was ready: exit code 139 (SIGSEGV)").And.Contain("the database is missing");
        (await place.UnitAsync("candidate")).Should().Match<UnitReport>(unit => unit.Phase == UnitPhase.Ended && unit.Restarts == 0);
    }

    [Fact]
    public async Task A_program_that_is_not_there_fails_its_start()
    {
        await using var place = new Place();
        var start = () =>
            place.StartAsync(place.Script("nothing", "") with { Command = ["no-such-program"] }, (_, _) => Task.FromResult(false));
        (await start.Should().ThrowAsync<EngineException>()).Which.Message.Should().Contain("exit code 127").And.Contain("no-such-program");
        var folder = () =>
            place.StartAsync(place.Script("nowhere", "sleep 60") with { Folder = "/no/such/folder" }, (_, _) => Task.FromResult(true));
        (await folder.Should().ThrowAsync<EngineException>()).Which.Message.Should().Contain("a failed start");
    }

    [Fact]
    public async Task Children_of_a_dead_service_are_gone_before_it_is_started_again()
    {
        await using var place = new Place();
        var unit = await place.RunAsync(place.Script("parent", "sleep 1000 & echo $! >>children; wait"));
        var child = await place.WrittenAsync("children");
        child.Running.Should().BeTrue();

        unit.Process!.Signal(9);

        await place.UntilAsync("parent", again => again.Restarts == 1, "started again");
        await Place.UntilAsync(() => Task.FromResult(!child.Running), () => "the dead parent's child to be gone");
    }

    [Fact]
    public async Task A_service_that_dies_in_the_instant_it_is_taken_for_ready_fails_its_start_too()
    {
        await using var place = new Place();
        var start = () => place.StartAsync(place.Script("short", "sleep 1000"), async (unit, _) =>
        {
            unit.Process!.Signal(9);
            await place.UntilAsync("short", dead => dead.Phase == UnitPhase.Ended, "ended");
            return true;
        });
        (await start.Should().ThrowAsync<EngineException>()).Which.Message.Should().Contain("exit code 137 (SIGKILL)");
    }

    [Theory]
    [InlineData("info: Microsoft.Hosting.Lifetime[14]\n      Now listening on: http://127.0.0.1:4711\n", "http://127.0.0.1:4711/")]
    [InlineData("{\"Message\":\"Now listening on: http://127.0.0.1:4711\",\"State\":{}}", "http://127.0.0.1:4711/")]
    [InlineData("      Now listening on: http://127.0.0.1:47", null)]
    [InlineData("Now serving", null)]
    public void The_address_is_read_whole_or_not_at_all(string output, string? address) =>
        (ChainBridge.Supervisor.ListeningLine.Find(output)?.ToString()).Should().Be(address);

    [Theory]
    [InlineData(0, "exit code 0")]
    [InlineData(3, "exit code 3")]
    [InlineData(134, "exit code 134 (SIGABRT)")]
    [InlineData(255, "exit code 255")]
    public void An_end_is_said_in_words(int exitCode, string words) => ChainBridge.Supervisor.Endings.Of(exitCode).Should().Be(words);
}
