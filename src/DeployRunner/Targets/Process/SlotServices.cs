using System.Text.RegularExpressions;
using ChainBridge.DeployRunner.Manifest;
using ChainBridge.DeployRunner.Releases;

namespace ChainBridge.DeployRunner.Targets.Process;

/// <summary>Starts and stops the services of a slot.</summary>
internal sealed partial class SlotServices(DeploymentManifest manifest, EnvironmentSpec environment, ProcessFiles files, AccessoryServers accessories, TimeProvider time)
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(30);

    public IReadOnlyList<SlotService> In(Slot slot) => files.Read<List<SlotService>>(File(slot)) ?? [];

    public async Task StartAsync(Slot slot, Release release, CancellationToken cancellationToken)
    {
        await StopAsync(slot, cancellationToken);
        var servers = await accessories.EnsureAsync(cancellationToken);
        var started = new List<SlotService>();
        foreach (var service in ServiceOrder.DependenciesFirst(release.Services.Values))
        {
            var artifact = release.Artifacts[service.Name];
            var folder = Path.Combine(files.State, artifact.Location);
            if (PublishedBuild.Digest(folder) is var digest && digest != artifact.Digest)
                throw new RunnerException(ExitCode.PersonNeeded, $"{service.Name}: {artifact.Location} holds {digest}, the release {artifact.Digest}", "the build was changed after it was recorded: deploy again with --force-rebuild");
            var log = files.Log($"{EdgeClient.Name(slot)}-{service.Name}");
            System.IO.File.Delete(log);
            var variables = Variables(service, release, servers, started);
            variables["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
            var process = DetachedProcess.Launch(["dotnet", Path.Combine(folder, Program(service))], folder, log, variables);
            // Written before it is ready: a runner killed now leaves a process that the next one finds.
            started.Add(new(service.Name, release.Version, digest, folder, new Uri("http://127.0.0.1:0"), process, time.GetUtcNow()));
            files.Write(File(slot), started);
            started[^1] = started[^1] with { Address = await ReadyAsync(service, process, log, cancellationToken) };
            files.Write(File(slot), started);
        }
    }

    public async Task StopAsync(Slot slot, CancellationToken cancellationToken)
    {
        foreach (var service in In(slot).Reverse()) await service.Process.StopAsync(StopGrace, time, cancellationToken);
        files.Remove(File(slot));
    }

    /// <summary>The environment of a service, references filled in.</summary>
    public Dictionary<string, string> Variables(ServiceSpec service, Release release, Accessories servers, IReadOnlyList<SlotService> started) => new SlotSettings(manifest, environment).Of(
        release, service, (accessory, field) => Accessory(accessory.Kind, field, servers), name => started.FirstOrDefault(one => one.Name == name)?.Address.ToString().TrimEnd('/') ?? "");

    /// <summary>The assembly a published folder runs: the one with a runtimeconfig.</summary>
    public string Program(ServiceSpec service) => Path.GetFileNameWithoutExtension(service.ProjectFile!) is var name
        && System.Xml.Linq.XDocument.Load(Path.Combine(manifest.Root, service.ProjectFile!)).Descendants("AssemblyName").FirstOrDefault()?.Value is { } assembly ? $"{assembly}.dll" : $"{name}.dll";

    private string Accessory(AccessoryKind kind, string field, Accessories servers) => (kind, field) switch
    {
        (_, "host") => "127.0.0.1",
        (AccessoryKind.Postgres, "port") => $"{servers.PostgresPort}",
        (AccessoryKind.Redis, "port") => $"{servers.RedisPort}",
        (AccessoryKind.Postgres, "user") => "postgres",
        (AccessoryKind.Postgres, "password") => accessories.Password,
        _ => "",
    };

    private async Task<Uri> ReadyAsync(ServiceSpec service, DetachedProcess process, string log, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var began = time.GetTimestamp();
        Uri? address = null;
        while (true)
        {
            address ??= Lines(log).Select(line => Listening().Match(line)).FirstOrDefault(match => match.Success) is { } match ? new Uri(match.Groups[1].Value) : null;
            if (address is not null && await HealthyAsync(client, new Uri(address, service.HealthPath), cancellationToken)) return address;
            if (!process.Running) throw Failed(service, "ended before it was ready", log);
            if (time.GetElapsedTime(began) > environment.ReadyTimeout) throw Failed(service, $"was not ready within {environment.ReadyTimeout.TotalSeconds} s ({(address is null ? "it never said where it listens" : $"{address}{service.HealthPath.TrimStart('/')} did not answer 200")})", log);
            await Task.Delay(TimeSpan.FromMilliseconds(25), time, cancellationToken);
        }
    }

    private static RunnerException Failed(ServiceSpec service, string how, string log) =>
        new(ExitCode.RolledBack, $"{service.Name} {how}; its last output:\n{string.Join('\n', Lines(log).TakeLast(10))}", "correct the service and deploy again");

    public static async Task<bool> HealthyAsync(HttpClient client, Uri health, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync(health, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public static IReadOnlyList<string> Lines(string log)
    {
        if (!System.IO.File.Exists(log)) return [];
        using var reader = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string File(Slot slot) => $"slot-{EdgeClient.Name(slot)}";

    [GeneratedRegex(@"Now listening on: (http://[^\s""\\]+)")]
    private static partial Regex Listening();
}
