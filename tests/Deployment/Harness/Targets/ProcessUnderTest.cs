using System.Text.Json;
using ChainBridge.LocalServers;

namespace ChainBridge.Tests.Deployment.Harness.Targets;

/// <summary>Releases as processes of this machine.</summary>
public sealed class ProcessUnderTest : TargetUnderTest
{
    public override string Name => "process";

    protected override Task<string?> UnavailableAsync(CancellationToken cancellationToken)
    {
        try
        {
            ServerPrograms.PostgresFolder();
            ServerPrograms.RedisServer();
            return Task.FromResult<string?>(null);
        }
        catch (ServerNotFoundException missing)
        {
            return Task.FromResult<string?>($"{missing.Message}; eng/native-servers.sh installs both");
        }
    }

    /// <summary>A service stands in the folder of its build.</summary>
    public override Task<IReadOnlyList<string>> ServicesAsync(Lab lab, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>(
            [.. Processes.All()
                .Where(process => process.Folder.StartsWith(Builds(lab), StringComparison.Ordinal)
                    && process.CommandLine.EndsWith("Tiny.dll", StringComparison.Ordinal))
                .Select(process => Path.GetRelativePath(Builds(lab), process.Folder)).Order(StringComparer.Ordinal)]);

    public override Task<IReadOnlyList<string>> LeftoversAsync(Lab lab, CancellationToken cancellationToken)
    {
        var left = Processes.All().Where(process => !process.CommandLine.Contains("VBCSCompiler", StringComparison.Ordinal)
            && (process.Folder.StartsWith(lab.State, StringComparison.Ordinal)
                || Places(lab).Any(place => process.CommandLine.Contains(place, StringComparison.Ordinal))))
            .Select(process => $"process {process.Id}: {process.CommandLine}");
        return Task.FromResult<IReadOnlyList<string>>([.. left, .. Places(lab).Where(place => Directory.Exists(place))
            .SelectMany(place => Directory.GetFileSystemEntries(place, "*", SearchOption.AllDirectories))]);
    }

    public override Task TamperAsync(Lab lab, string version, string service, CancellationToken cancellationToken) =>
        File.AppendAllTextAsync(Path.Combine(Builds(lab), version, service, "published", "Tiny.deps.json"), " ", cancellationToken);

    /// <summary>A view of the machine of its own, in which PostgreSQL is not installed.</summary>
    public override RunnerRun StartUnreachable(Lab lab, params string[] arguments)
    {
        var installed = Path.GetDirectoryName(Path.GetDirectoryName(ServerPrograms.PostgresFolder()))!;
        return lab.Start(lab.Variables,
            ["unshare", "--mount", "sh", "-c", "mount -t tmpfs none \"$0\" && exec \"$@\"", installed], arguments);
    }

    private static string Builds(Lab lab) => Path.Combine(lab.State, "builds");

    /// <summary>The state, and the servers' data, which stand where their own user may reach them.</summary>
    private static List<string> Places(Lab lab)
    {
        var file = Path.Combine(lab.State, "accessories.json");
        if (File.Exists(file) && JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("folder").GetString() is { } data)
            lab.Remembered.Add(data);
        return [lab.State, .. lab.Remembered];
    }

    public override Task<bool> MigratesAsync(Lab lab, CancellationToken cancellationToken) =>
        Task.FromResult(Processes.All().Any(process => process.CommandLine.EndsWith("migrate up", StringComparison.Ordinal)
            && (process.Folder.StartsWith(Builds(lab), StringComparison.Ordinal)
                || process.CommandLine.Contains(Builds(lab), StringComparison.Ordinal))));
}
