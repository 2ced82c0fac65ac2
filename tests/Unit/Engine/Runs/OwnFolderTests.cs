using ChainBridge.Engine.Events;
using ChainBridge.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Runs;

/// <summary>What the runner keeps beside the manifest is nothing that git sees.</summary>
public sealed class OwnFolderTests : IDisposable
{
    private readonly World _world = new();

    private string File_ => Path.Combine(_world.State, ".gitignore");

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_deployment_has_git_ignore_the_folder_of_its_environment_until_its_data_is_removed()
    {
        await _world.DeployAsync("A");
        File.ReadAllText(File_).Should().Be("*\n");
        var deployments = new Deployments(_world.Context());
        await deployments.DownAsync(removeData: false, TestContext.Current.CancellationToken);
        File.Exists(File_).Should().BeTrue("the history is still there");
        await deployments.DownAsync(removeData: true, TestContext.Current.CancellationToken);
        Directory.Exists(_world.State).Should().BeFalse();
    }

    [Fact]
    public async Task A_gitignore_that_a_team_wrote_there_stays_as_it_is()
    {
        Directory.CreateDirectory(_world.State);
        await File.WriteAllTextAsync(File_, "journal.jsonl\n", TestContext.Current.CancellationToken);
        await _world.DeployAsync("A");
        File.ReadAllText(File_).Should().Be("journal.jsonl\n");
    }

    [Fact]
    public async Task A_gitignore_that_cannot_be_written_stops_no_deployment()
    {
        Directory.CreateDirectory(Path.Combine(File_, "in the way"));
        (await _world.DeployAsync("A")).Failure.Should().BeNull();
        _world.Events.OfType<Warning>().Should().ContainSingle(warning => warning.Text.Contains(".gitignore cannot be written"));
    }
}
