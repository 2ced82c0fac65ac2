using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Hosts.Ssh;
using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Unit.Engine.Hosts;
using Xunit;

namespace ChainBridge.Tests.Deployment.Ssh;

/// <summary>The contract of host files, over a real SSH server.</summary>
[Trait(Sample.Turn, "12")]
public sealed class SshFilesTests(LocalSshd server) : HostLogContract, IClassFixture<LocalSshd>, IAsyncLifetime
{
    private SshHost _host = null!;
    private SshHost _other = null!;

    private protected override IHostFiles Files => _host.Files;

    private protected override IHostFiles Others => _other.Files;

    public async ValueTask InitializeAsync()
    {
        LocalSshd.Require();
        (_host, _other) = (await OpenAsync(), await OpenAsync());
    }

    /// <summary>In the place of <see cref="Dispose"/>, which is then not called by itself.</summary>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public override void Dispose()
    {
        _host?.Dispose();
        _other?.Dispose();
        base.Dispose();
    }

    private Task<SshHost> OpenAsync() => SshHost.OpenAsync(
        server.Target(), new LocalExecutor(TimeProvider.System), TimeProvider.System, null, TestContext.Current.CancellationToken);
}
