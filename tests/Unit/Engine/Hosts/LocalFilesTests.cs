using ChainBridge.Engine.Hosts;

namespace ChainBridge.Tests.Unit.Engine.Hosts;

/// <summary>The contract of host files, on this machine's own.</summary>
public sealed class LocalFilesTests : HostLogContract
{
    private protected override IHostFiles Files { get; } = new LocalFiles();

    private protected override IHostFiles Others { get; } = new LocalFiles();
}
