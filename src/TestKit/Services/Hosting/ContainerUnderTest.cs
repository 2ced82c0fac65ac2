using ChainBridge.TestKit.Services.Hosting;

namespace ChainBridge.TestKit;

/// <summary>A service that runs as a container of one exact image.</summary>
public sealed class ContainerUnderTest : ServiceUnderTest
{
    private readonly RunningContainer _container;

    internal ContainerUnderTest(string name, Uri baseAddress, RunningContainer container, IEnumerable<string> secrets)
        : base(name, $"a container of {container.Image}", baseAddress, container.Log, secrets, container.DisposeAsync) =>
        _container = container;

    /// <summary>The container's id.</summary>
    public string ContainerId => _container.Id;

    /// <summary>The id of the image that runs, as the engine reports it: compared with the image that was asked for.</summary>
    public string ImageId => _container.Image;

    private protected override string? EndedItself() =>
        _container.Ended.IsCompletedSuccessfully ? $"ended with {_container.Ended.Result}" : null;
}
