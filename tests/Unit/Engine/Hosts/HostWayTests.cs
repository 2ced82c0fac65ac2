using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Hosts;

public sealed class HostWayTests
{
    private int _connections = 1;
    private int _attempts;

    [Fact]
    public async Task An_attempt_that_fails_while_the_connection_is_cut_and_made_again_is_repeated()
    {
        var done = await Way().DespiteACutAsync(() => ++_attempts == 1 ? CutAsync(made: true) : Task.FromResult("stopped"), Stop);
        (done, _attempts).Should().Be(("stopped", 2));
    }

    [Fact]
    public async Task An_attempt_that_fails_over_a_connection_that_holds_is_not_repeated()
    {
        var doing = () => Way().DespiteACutAsync(() => ++_attempts == 1 ? CutAsync(made: false) : Task.FromResult("stopped"), Stop);
        await doing.Should().ThrowAsync<EngineException>();
        _attempts.Should().Be(1);
    }

    [Fact]
    public async Task An_attempt_that_fails_twice_throws_its_second_failure()
    {
        var doing = () => Way().DespiteACutAsync(() => CutAsync(made: ++_attempts < 5), Stop);
        (await doing.Should().ThrowAsync<EngineException>()).WithMessage("attempt 2");
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HostWay Way() => new("alpha", () => _connections, _ => Task.CompletedTask);

    private Task<string> CutAsync(bool made)
    {
        if (made) _connections++;
        throw new EngineException(Failure.PersonNeeded, $"attempt {_attempts}", "look");
    }
}
