using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Runs;

/// <summary>
/// Every test in a <see cref="World"/> has its state on another host: this one shows that a step past that host is found.
/// </summary>
public sealed class OtherHostTests
{
    [Fact]
    public async Task A_file_written_past_the_files_of_the_host_fails_the_test_it_was_written_in()
    {
        var world = new World();
        var state = world.Manifest.Environments["staging"].StateDirectory;
        (await world.DeployAsync("A")).Failure.Should().BeNull();
        Directory.Exists(state).Should().BeFalse("the path means nothing on this machine");
        Directory.Exists(world.State).Should().BeTrue();

        Directory.CreateDirectory(state);
        world.Invoking(past => past.Dispose()).Should().Throw<InvalidOperationException>().WithMessage("*past the files of its host*");
        Directory.Exists(state).Should().BeFalse();
    }
}
