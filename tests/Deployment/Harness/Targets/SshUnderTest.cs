using ChainBridge.Tests.Deployment.Ssh;

namespace ChainBridge.Tests.Deployment.Harness.Targets;

/// <summary>
/// The compose target on a host over SSH. Here the host is this machine, through an SSH server of its own: the engine is the same one, and
/// the state lies where the other targets have it.
/// </summary>
/// <param name="keyAsText">The runner gets the private key in its environment, as a pipeline gives it; else ssh finds it.</param>
public sealed class SshUnderTest(LocalSshd server, bool keyAsText = false) : TargetUnderTest
{
    private readonly ComposeUnderTest _compose = new();

    public override string Name => _compose.Name;

    public override IReadOnlyDictionary<string, string?> Variables => !keyAsText ? _compose.Variables :
        new Dictionary<string, string?>(_compose.Variables) { ["STAGING_SSH_KEY"] = File.ReadAllText(server.Key) };

    protected override async Task<string?> UnavailableAsync(CancellationToken cancellationToken)
    {
        LocalSshd.Require();
        await _compose.RequireAsync(cancellationToken);
        return null;
    }

    public override async Task PrepareAsync(Lab lab, CancellationToken cancellationToken)
    {
        // What a runner keeps on this machine lies beside the manifest, and so does what is published: neither is a change of a release.
        await File.WriteAllTextAsync(Path.Combine(lab.Repository.Folder, ".gitignore"), ".chainbridge/\npublished*/\n", cancellationToken);
        await lab.Repository.ChangeAsync("chainbridge.yml",
            text => text.Replace("/staging\n", $"/staging\n    hosts: [{server.Address}]\n    sshConfig: "
                + $"{(keyAsText ? server.ConfigWithoutKey : server.Config)}\n", StringComparison.Ordinal), cancellationToken);
    }

    public override Task MakeBuildableAsync(Lab lab, CancellationToken cancellationToken) =>
        _compose.MakeBuildableAsync(lab, cancellationToken);

    public override Task<IReadOnlyList<string>> ServicesAsync(Lab lab, CancellationToken cancellationToken) =>
        _compose.ServicesAsync(lab, cancellationToken);

    public override Task<IReadOnlyList<string>> LeftoversAsync(Lab lab, CancellationToken cancellationToken) =>
        _compose.LeftoversAsync(lab, cancellationToken);

    public override Task TamperAsync(Lab lab, string version, string service, CancellationToken cancellationToken) =>
        _compose.TamperAsync(lab, version, service, cancellationToken);

    public override RunnerRun StartUnreachable(Lab lab, params string[] arguments) => _compose.StartUnreachable(lab, arguments);

    public override Task<bool> MigratesAsync(Lab lab, CancellationToken cancellationToken) =>
        _compose.MigratesAsync(lab, cancellationToken);
}
