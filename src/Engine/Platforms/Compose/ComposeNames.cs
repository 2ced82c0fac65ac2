using System.Security.Cryptography;
using System.Text;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>
/// What everything of an environment is called on the engine. A part of the state directory's hash is in it, so that
/// two clones of one repository on one machine never take each other's containers for their own.
/// </summary>
internal sealed class ComposeNames(DeploymentManifest manifest, EnvironmentSpec environment)
{
    /// <summary>Label on everything that was made for an environment; its value is <see cref="Environment"/>.</summary>
    public const string Label = "chainbridge.environment";

    /// <summary>Label of a slot's containers: the release's version.</summary>
    public const string VersionLabel = "chainbridge.version";

    /// <summary>Label of a slot's containers: the port its service listens on inside.</summary>
    public const string PortLabel = "chainbridge.port";

    /// <summary>Label of a slot's containers: the path of the health route.</summary>
    public const string HealthLabel = "chainbridge.health";

    /// <summary>Label of a slot's containers: the host name that the health route is asked with; empty for none.</summary>
    public const string HostLabel = "chainbridge.host";

    /// <summary>Begins the labels of the edge that name a door's port inside.</summary>
    public const string DoorLabel = "chainbridge.door.";

    /// <summary>Label of a container that runs once per release.</summary>
    public const string OneShotLabel = "chainbridge.one-shot";

    /// <summary>Label of a network or volume that goes with its slot: <c>blue</c> or <c>green</c>.</summary>
    public const string SlotLabel = "chainbridge.slot";

    /// <summary>Label of a network that names lead through: <c>blue</c> or <c>green</c>, where they lead to.</summary>
    public const string NamesLabel = "chainbridge.names";

    public const string Edge = "edge";

    private const int HashLength = 6;

    public string Environment { get; } =
        $"{manifest.Project}-{environment.Name}-"
        + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(environment.StateDirectory)))[..HashLength];

    /// <summary>Whether another state directory of the same project and environment has this name.</summary>
    public bool IsSibling(string name) => name != Environment && name.Length == Environment.Length
        && name.StartsWith(Environment[..^HashLength], StringComparison.Ordinal);

    public string LabelPair => $"{Label}={Environment}";

    /// <summary>The compose project of the accessories and the edge.</summary>
    public string Base => $"{Environment}-base";

    /// <summary>The network of the accessories. Compose makes it for them, so there is none without them.</summary>
    public string BaseNetwork => $"{Environment}-base";

    /// <summary>The network that one-off runs join: that of the accessories, or of the edge where there are none.</summary>
    public string OnceNetwork => manifest.Accessories.Count > 0 ? BaseNetwork : PublicNetwork;

    /// <summary>
    /// The network of the edge; the public service of each slot joins it. Behind the slots' names in the alphabet: the
    /// engine takes a container's first network for its published ports, and moving those would cut connections.
    /// </summary>
    public string PublicNetwork => $"{Environment}-public";

    /// <summary>
    /// Where services are replaced one by one, the network that everything of a slot joins first. The engine takes the first one in the
    /// alphabet as the way out: without it, a network that is joined later could become that, and cut connections to the outside.
    /// </summary>
    public string WayOut => $"{Environment}-0";

    /// <summary>
    /// A network that names lead through. Behind the way out and before the slots' own, and each before those that were made earlier: the
    /// engine looks a name up in one network after the other, in the order of the alphabet, and takes the first that has it.
    /// </summary>
    /// <param name="number">One less than that of the one made last.</param>
    public string Names(int number) => $"{Environment}-{number.ToString("D9", System.Globalization.CultureInfo.InvariantCulture)}";

    /// <summary>
    /// A network that nothing joins: while services of the slot are replaced one by one, it keeps room among the engine's addresses for one
    /// that names lead through. It goes with the slot.
    /// </summary>
    public string Spare(Slot slot) => $"{Project(slot)}-spare";

    /// <summary>The compose project, and the network, of a slot.</summary>
    public string Project(Slot slot) => $"{Environment}-{slot.Name()}";

    /// <summary>A volume of the compose file that releases share.</summary>
    public string Volume(string name) => $"{Environment}_{name}";

    /// <summary>The container of a service in a slot, as compose names it.</summary>
    public string ContainerOf(Slot slot, string service) => $"{Project(slot)}-{service}-1";

    /// <summary>The container of an accessory, or of the edge.</summary>
    public string Shared(string name) => $"{Base}-{name}-1";

    /// <summary>
    /// The container of a one-off run of a service. Another name for other arguments: a migration whose container could not be
    /// removed must not be in the way of the one that undoes it.
    /// </summary>
    public string Once(string service, IEnumerable<string> arguments) => $"{Environment}-once-{service}-"
        + string.Concat(string.Join('-', arguments).Take(40).Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'));

    /// <summary>Tag of a built image.</summary>
    public static string Tag(string image, string version) => $"{image}:{version}";

    /// <summary>Tag for people: the newest of this environment.</summary>
    public string Latest(string image) => $"{image}:{environment.Name}-latest";
}
