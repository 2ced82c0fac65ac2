using ChainBridge.Tests.Deployment.Ssh;

namespace ChainBridge.Tests.Deployment.Harness.Targets;

/// <summary>
/// The compose target on two hosts over SSH. Here both are this machine, through an SSH server each: one engine, on which the two are told
/// apart by the paths of their states, which begin in another home on each, and by the ports of their doors. The database is outside.
/// </summary>
public sealed class TwoHostsUnderTest(LocalSshd one, LocalSshd two, OutsideDatabase database) : TargetUnderTest
{
    private readonly ComposeUnderTest _compose = new();
    private readonly int _second = UnusedPort.Next();

    public override string Name => _compose.Name;

    /// <summary>The door of the second host.</summary>
    public Uri SecondDoor => new($"http://127.0.0.1:{_second}");

    public override IReadOnlyDictionary<string, string?> Variables => new Dictionary<string, string?>(_compose.Variables)
    {
        ["OUTSIDE_HOST"] = database.Host, ["OUTSIDE_PORT"] = $"{database.Port}", ["OUTSIDE_PASSWORD"] = database.Password,
    };

    protected override async Task<string?> UnavailableAsync(CancellationToken cancellationToken)
    {
        LocalSshd.Require();
        await _compose.RequireAsync(cancellationToken);
        return null;
    }

    public override async Task PrepareAsync(Lab lab, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(Path.Combine(lab.Repository.Folder, "ssh_config"), LocalSshd.ConfigFor(one, two), cancellationToken);
        await lab.Repository.ChangeAsync("chainbridge.yml", text => Outside(text)
            .Replace("    stateDirectory: ${TINY_STATE}/staging\n", $$"""
                    hosts: [{{one.Address}}, { address: "{{two.Address}}", port: {{_second}} }]
                    sshConfig: ssh_config

                """, StringComparison.Ordinal), cancellationToken);
    }

    /// <summary>The manifest without accessories; what refers to them has the outside database's values.</summary>
    private static string Outside(string text)
    {
        var (from, to) = (text.IndexOf("accessories:\n", StringComparison.Ordinal), text.IndexOf("edge:\n", StringComparison.Ordinal));
        return text.Remove(from, to - from)
            .Replace("${{ accessories.database.host }}", "${OUTSIDE_HOST}", StringComparison.Ordinal)
            .Replace("${{ accessories.database.port }}", "\"${OUTSIDE_PORT}\"", StringComparison.Ordinal)
            .Replace("${{ accessories.database.user }}", "postgres", StringComparison.Ordinal)
            .Replace("${{ accessories.database.password }}", "${OUTSIDE_PASSWORD}", StringComparison.Ordinal);
    }

    public override Task MakeBuildableAsync(Lab lab, CancellationToken cancellationToken) =>
        _compose.MakeBuildableAsync(lab, cancellationToken);

    /// <summary>Of both hosts together.</summary>
    public override Task<IReadOnlyList<string>> ServicesAsync(Lab lab, CancellationToken cancellationToken) =>
        _compose.ServicesAsync(lab, cancellationToken);

    public override async Task<IReadOnlyList<string>> LeftoversAsync(Lab lab, CancellationToken cancellationToken) =>
        [.. await _compose.LeftoversAsync(lab, cancellationToken), .. new[] { one, two }.Where(host => Directory.Exists(host.Home))
            .SelectMany(host => Directory.GetFileSystemEntries(host.Home!, "*", SearchOption.AllDirectories))
            .Where(entry => Path.GetFileName(entry) != ".chainbridge")];

    public override Task TamperAsync(Lab lab, string version, string service, CancellationToken cancellationToken) =>
        _compose.TamperAsync(lab, version, service, cancellationToken);

    public override RunnerRun StartUnreachable(Lab lab, params string[] arguments) => _compose.StartUnreachable(lab, arguments);

    public override Task<bool> MigratesAsync(Lab lab, CancellationToken cancellationToken) =>
        _compose.MigratesAsync(lab, cancellationToken);
}
