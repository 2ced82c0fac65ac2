using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Hosts.Ssh;
using ChainBridge.Tests.Unit.Engine.Hosts;
using Xunit;

namespace ChainBridge.Tests.Deployment.Ssh;

/// <summary>The contract of host files, over a real SSH server.</summary>
public sealed class SshFilesTests : HostFilesContract, IClassFixture<LocalSshd>
{
    private readonly SshHost _host;
    private readonly SshHost _other;

    public SshFilesTests(LocalSshd server)
    {
        LocalSshd.Require();
        (_host, _other) = (Open(server), Open(server));
    }

    private protected override IHostFiles Files => _host.Files;

    private protected override IHostFiles Others => _other.Files;

    public override void Dispose()
    {
        _host.Dispose();
        _other.Dispose();
        base.Dispose();
    }

    private static SshHost Open(LocalSshd server) => SshHost.OpenAsync(server.Target(), new LocalExecutor(TimeProvider.System),
        TimeProvider.System, null, TestContext.Current.CancellationToken).GetAwaiter().GetResult();
}
