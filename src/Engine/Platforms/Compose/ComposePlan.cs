using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>The commands of a step, as the step would run them, with names where ids are not known yet.</summary>
internal static class ComposePlan
{
    public static IReadOnlyList<string> Describe(PlannedStep step, DeploymentManifest manifest, ComposeNames names, ImageBuilds images) =>
        [.. Commands(step, manifest, names, images).Select(command => command.ToString())];

    private static IEnumerable<Command> Commands(PlannedStep step, DeploymentManifest manifest, ComposeNames names, ImageBuilds images)
    {
        var empty = new Dictionary<string, string>();
        switch (step)
        {
            case { Kind: StepKind.Build, Version: { } version }:
                return manifest.Services.Values.Select(service =>
                    images.CommandFor(service, new BuildRequest(version, "COMMIT", true, false, [])));
            case { Kind: StepKind.Prepare }:
                return [ComposeCommands.Up(names.Base, ["base.yml"], TimeSpan.FromSeconds(90), empty)];
            case { Kind: StepKind.Migrate, Service: { } name, Version: { } version } when manifest.Services[name].Migrate is { } migrate:
                return [DockerCommands.RunOnce($"{names.Environment}-once-{name}", ComposeNames.Tag(manifest.Services[name].Image, version),
                    names.BaseNetwork, names.LabelPair, empty, migrate.Up)];
            case { Kind: StepKind.StartSlot, Slot: { } slot }:
                var open = manifest.Services.Values.Single(service => service.Public).Name;
                return
                [
                    DockerCommands.CreateNetwork(names.Project(slot), names.LabelPair),
                    .. manifest.Accessories.Keys.Select(accessory =>
                        DockerCommands.Connect(names.Project(slot), names.Shared(accessory), accessory)),
                    ComposeCommands.Create(names.Project(slot), manifest.Root, ["compose.json", "override.yml"],
                        manifest.Services.Keys, empty),
                    DockerCommands.Connect(names.PublicNetwork, names.ContainerOf(slot, open)),
                    .. ServiceOrder.DependenciesFirst(manifest.Services.Values)
                        .Select(service => DockerCommands.Start(names.ContainerOf(slot, service.Name))),
                ];
            case { Kind: StepKind.StopSlot, Slot: { } slot }:
                var containers = manifest.Services.Keys.Select(service => names.ContainerOf(slot, service)).ToList();
                return
                [
                    DockerCommands.Stop(containers, TimeSpan.FromSeconds(30)), DockerCommands.Remove(containers),
                    .. manifest.Accessories.Keys.Select(accessory => DockerCommands.Disconnect(names.Project(slot),
                        names.Shared(accessory))), DockerCommands.RemoveNetwork(names.Project(slot)),
                ];
            default:
                return [];
        }
    }
}
