using System.Globalization;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>The ports of the edge inside its container.</summary>
internal static class EdgePorts
{
    /// <summary>The first door's.</summary>
    public const int Public = 8080;

    public const int Admin = 8081;

    /// <summary>The port of the first door, the second one that has a port of its own, and so on.</summary>
    public static int Inside(int index) => index == 0 ? Public : Admin + index;

    /// <summary>How the edge is started.</summary>
    public static string[] Command(IReadOnlyList<OpenPort> ports) =>
        [$"http://0.0.0.0:{Public}", $"http://0.0.0.0:{Admin}", "/state/edge.json",
            .. ports.Skip(1).SelectMany(port => new[] { "--door", $"{port.Name}={port.Inside}" })];

    /// <summary>What its container is labelled with, so that it can be asked which port is whose.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Labels(IReadOnlyList<OpenPort> ports) => ports.Skip(1).Select(port =>
        KeyValuePair.Create(ComposeNames.DoorLabel + port.Name, port.Inside.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The ports of an edge that runs.</summary>
    public static IReadOnlyList<OpenPort> Of(Container edge) => [new(DoorSpec.Default, edge.Ports[Public], Public),
        .. edge.Labels.Where(label => label.Key.StartsWith(ComposeNames.DoorLabel, StringComparison.Ordinal))
            .Select(label => (Name: label.Key[ComposeNames.DoorLabel.Length..],
                Inside: int.Parse(label.Value, CultureInfo.InvariantCulture)))
            .Where(door => edge.Ports.ContainsKey(door.Inside))
            .Select(door => new OpenPort(door.Name, edge.Ports[door.Inside], door.Inside))];
}
