using System.Text.Json.Nodes;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Secrets;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>Writes the files of a slot: the release's recorded project as that slot needs it, the override, and the configs.</summary>
/// <param name="onceElsewhere">Another host runs what runs once per release.</param>
internal sealed class SlotFiles(DeploymentManifest manifest, EnvironmentSpec environment, ComposeNames names, IHost host, TeamProject team,
    AccessorySecrets secrets, Redactor redactor, bool onceElsewhere)
{
    // The user that the service runs as reads its configs; the folder they are in is its owner's.
    private const UnixFileMode Readable = DurableFile.OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <param name="done">One-shot services that came to their end for this release before.</param>
    public async Task<SlotPlan> WriteAsync(Slot slot, Release release, IReadOnlySet<string> done, CancellationToken cancellationToken)
    {
        // Compose reads its files where commands run; the engine mounts the configs, so they are on its own machine.
        var (folder, mounted) = (Path.Combine(environment.WorkDirectory, "compose", slot.Name()),
            Path.Combine(environment.StateDirectory, "compose", slot.Name()));
        if (!host.OnlyPlans) host.Workshop.Files.MakePrivateFolder(folder);
        if (!host.OnlyPlans) host.Files.MakePrivateFolder(mounted);
        var project = await team.OfAsync(release, folder, cancellationToken);
        var secret = await team.SecretsAsync(release, project, cancellationToken);
        var (file, variables) = (new SlotFile(project, names, slot, release), new Dictionary<string, string>());
        var (slotFile, over) = (Path.Combine(folder, "compose.json"), Path.Combine(folder, "override.yml"));
        var text = file.Text(Path.Combine(mounted, "configs"), secret, variables);
        await WriteAsync(host.Workshop, slotFile, text, DurableFile.OwnerOnly);
        foreach (var (path, content) in file.Configs) await WriteAsync(host, path, content, Readable);
        var settings = release.Services.Values.ToDictionary(service => service.Name, service => Settings(release, service));
        await WriteAsync(host.Workshop, over, ComposeFiles.Override(names, release, settings, Inherited(project, settings),
            (name, value) => Redactor.IsSecretName(name) || redactor.Hide(value) != value, variables), DurableFile.OwnerOnly);
        var runs = project.OneShots.Keys.Where(name => project.RunsInEverySlot(name)
            || (!done.Contains(name) && !(onceElsewhere && project.RunsOnOneHost(name)))).ToHashSet();
        var order = project.Order(release).Where(name => release.Services.ContainsKey(name) || runs.Contains(name)).ToList();
        // What the files still ask of the environment (secrets in a command) may stand in the .env beside the team's file.
        var root = Path.GetDirectoryName(environment.ComposeFile) is { } beside && Directory.Exists(beside) ? beside : manifest.Root;
        return new(ComposeCommands.Create(names.Project(slot), root, [slotFile, over], order, variables), order, runs, file.Shared,
            [.. file.Joins.Where(join => order.Any(name => names.ContainerOf(slot, name) == join.Container))]);
    }

    private static Task WriteAsync(IHost on, string path, string content, UnixFileMode mode) =>
        on.ChangeAsync($"write {path}", () => on.Files.Write(path, content, mode));

    /// <summary>The settings a service of the release is started with.</summary>
    public Dictionary<string, string> Settings(Release release, ServiceSpec service) =>
        new SlotSettings(manifest, environment).Of(release, service, Accessory, name => $"http://{name}:{release.Services[name].Port}");

    /// <summary>The same for a run outside of the slot's project: with what the compose file gives the service, under its own.</summary>
    public async Task<Dictionary<string, string>> OnceAsync(Release release, ServiceSpec service, CancellationToken cancellationToken)
    {
        var project = await team.OfAsync(release, Path.Combine(environment.WorkDirectory, "compose"), cancellationToken);
        var secret = await team.SecretsAsync(release, project, cancellationToken);
        var settings = (project.Services[service.Name]?["environment"] as JsonObject ?? []).Where(setting => setting.Value is not null)
            .ToDictionary(setting => setting.Key, setting => setting.Value!.ToString() is var text && text == Configuration.Secret
                ? secret(service.Name, setting.Key)
                : ProjectRecord.Unescaped(text));
        foreach (var (key, value) in Settings(release, service)) settings[key] = value;
        return settings;
    }

    /// <summary>A one-shot service that runs the image of a service has its settings too; what the compose file gives it wins.</summary>
    private static Dictionary<string, Dictionary<string, string>> Inherited(
        RecordedProject project, Dictionary<string, Dictionary<string, string>> settings) => project.OneShots
            .ToDictionary(oneShot => oneShot.Key, oneShot => (oneShot.Value is { } owner ? settings.GetValueOrDefault(owner) ?? [] : [])
                .Where(setting => project.Services[oneShot.Key]!["environment"]?[setting.Key] is null)
                .ToDictionary(setting => setting.Key, setting => setting.Value));

    private AccessoryAddress Accessory(AccessorySpec accessory) =>
        new(accessory.Name, accessory.UsualPort, () => secrets.PasswordOf(accessory.Name));
}

/// <summary>How a slot is started.</summary>
/// <param name="Create">Makes its containers.</param>
/// <param name="Order">Services and one-shot services, each after the ones it waits for.</param>
/// <param name="OneShots">Those that must come to their end.</param>
/// <param name="Volumes">Made first; they outlive the slot.</param>
/// <param name="Joins">Networks of others that a container joins before it starts.</param>
internal sealed record SlotPlan(Command Create, IReadOnlyList<string> Order, IReadOnlySet<string> OneShots,
    IReadOnlyList<SharedVolume> Volumes, IReadOnlyList<(string Container, string Network, IReadOnlyList<string> Aliases)> Joins);
