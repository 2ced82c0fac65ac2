using System.Globalization;

namespace ChainBridge.Engine.Commands;

/// <summary>What is asked of a Docker engine, as argument lists.</summary>
internal static class DockerCommands
{
    /// <summary>An engine that is away refuses at once; one that is only slow is waited for this long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>A format of <c>network inspect</c>: the names of the containers in it.</summary>
    internal const string MemberNames = "{{range $id, $container := .Containers}}{{$container.Name}} {{end}}";

    public static Command EngineVersion() => Ask("version", "--format", "{{.Server.Version}}") with { Timeout = Patience };

    public static Command ComposeVersion() => Ask("compose", "version", "--short") with { Timeout = Patience };

    public static Command BuildxVersion() => Ask("buildx", "version") with { Timeout = Patience };

    /// <summary>What an engine calls itself: no two have one.</summary>
    public static Command EngineId() => Ask("info", "--format", "{{.ID}}") with { Timeout = Patience };

    /// <summary>Where the engine keeps images and volumes, on its machine.</summary>
    public static Command DataRoot() => Ask("info", "--format", "{{.DockerRootDir}}") with { Timeout = Patience };

    /// <summary>System and architecture of the engine's machine, e.g. <c>linux/amd64</c>.</summary>
    public static Command EnginePlatform() => Ask("version", "--format", "{{.Server.Os}}/{{.Server.Arch}}") with { Timeout = Patience };

    /// <summary>How the engine keeps images; names a snapshotter of containerd where it is containerd's store.</summary>
    public static Command StoreStatus() => Ask("info", "--format", "{{json .DriverStatus}}") with { Timeout = Patience };

    /// <summary>What a registry has under a name, for each platform; the client asks, with its own login.</summary>
    public static Command InspectManifest(string image) => Ask("manifest", "inspect", "--verbose", image) with
    {
        // Where it does not answer, the pull shows why.
        Timeout = TimeSpan.FromSeconds(20),
    };

    /// <summary>
    /// The configurations that a registry has under a name, without their sizes. Asked by BuildKit's client, which speaks to a registry on
    /// loopback without TLS, as the engine does.
    /// </summary>
    public static Command InspectConfiguration(string image) =>
        Ask("buildx", "imagetools", "inspect", "--format", "{{json .Image}}", image) with { Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>Ids of all images of the engine.</summary>
    public static Command ImageIds() => Ask("image", "ls", "--quiet", "--no-trunc");

    /// <summary>Images as a JSON array.</summary>
    public static Command InspectImages(IEnumerable<string> ids) => Ask(["image", "inspect", .. ids]);

    public static Command Pull(string image, string? platform = null) =>
        Run(["pull", "--quiet", .. platform is null ? Array.Empty<string>() : ["--platform", platform], image])
            with { Timeout = TimeSpan.FromMinutes(10) };

    /// <summary>An image as JSON; fails when the engine has none of that name.</summary>
    public static Command InspectImage(string image) => Ask("image", "inspect", image);

    /// <summary>
    /// Leads images of the engine that is asked into another one, without a copy in between. The ends of both halves count. What it
    /// changes is a change of the other engine, and named by who asks for it.
    /// </summary>
    /// <param name="to">The address of the other engine.</param>
    public static Command Carry(IReadOnlyList<string> images, string to) => Led(images,
        """
        saved=$( { { docker save "$@"; echo $? >&3; } | DOCKER_HOST=$TO_ENGINE DOCKER_TLS_VERIFY= docker load >&2; } 3>&1 ) &&
        [ "$saved" = 0 ]
        """, new() { ["TO_ENGINE"] = to });

    /// <summary>
    /// The same without layers that the other engine has, which it then takes from its own store. The ends of all three parts count.
    /// </summary>
    /// <param name="without">Digests of unpacked layers, at least one; each of them must be in the archive.</param>
    public static Command Carry(IReadOnlyList<string> images, string to, IEnumerable<string> without) => Led(images,
        """
        ends=$( { { docker save "$@"; echo $? >&3; } | { tar --delete --file=- $WITHOUT; echo $? >&3; } |
            DOCKER_HOST=$TO_ENGINE DOCKER_TLS_VERIFY= docker load >&2; } 3>&1 ) &&
        [ "$(echo $ends)" = "0 0" ]
        """,
        new() { ["TO_ENGINE"] = to, ["WITHOUT"] = string.Join(' ', without.Select(layer => $"blobs/{layer.Replace(':', '/')}")) });

    public static Command Push(string image) => Run("push", "--quiet", image) with { Timeout = TimeSpan.FromMinutes(30) };

    /// <summary>Changes only the configuration of the client on the machine where it is typed. The password travels on its input.</summary>
    public static Command Login(string registry, string user, string password) => Command.Ask("/bin/sh", "-c",
        """printf %s "$REGISTRY_PASSWORD" | docker login --username "$1" --password-stdin "$2" """.TrimEnd(), "sh", user, registry) with
    {
        Variables = new Dictionary<string, string?> { ["REGISTRY_PASSWORD"] = password },
    };

    public static Command Tag(string image, string tag) => Run("tag", image, tag);

    public static Command RemoveImages(IEnumerable<string> tags) => Run(["image", "rm", .. tags]);

    public static Command ListImages(string label) =>
        Ask("image", "ls", "--filter", $"label={label}", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}");

    public static Command CreateNetwork(string name, params IEnumerable<string> labels) =>
        Run(["network", "create", .. labels.SelectMany(label => new[] { "--label", label }), name]);

    public static Command InspectNetwork(string name) =>
        Ask("network", "inspect", "--format", MemberNames, name);

    public static Command Connect(string network, string container, params IEnumerable<string> aliases) =>
        Run(["network", "connect", .. aliases.SelectMany(alias => new[] { "--alias", alias }), network, container]);

    public static Command Disconnect(string network, string container) => Run("network", "disconnect", "--force", network, container);

    public static Command RemoveNetwork(string name) => Run("network", "rm", name);

    /// <summary>Names of the networks with a label.</summary>
    public static Command Networks(string label) => Ask("network", "ls", "--filter", $"label={label}", "--format", "{{.Name}}");

    /// <summary>Names of the networks that have a label, each with the label's value behind it.</summary>
    public static Command NetworksWith(string label, string of) =>
        Ask("network", "ls", "--filter", $"label={of}", "--filter", $"label={label}", "--format",
            $"{{{{.Name}}}} {{{{.Label \"{label}\"}}}}");

    /// <summary>Makes a volume, or finds it made.</summary>
    public static Command CreateVolume(
        string name, string? driver, IReadOnlyDictionary<string, string> options, IReadOnlyDictionary<string, string> labels) => Run(
        [
            "volume", "create", .. driver is null ? Array.Empty<string>() : ["--driver", driver],
            .. options.SelectMany(option => new[] { "--opt", $"{option.Key}={option.Value}" }),
            .. labels.SelectMany(label => new[] { "--label", $"{label.Key}={label.Value}" }), name,
        ]);

    /// <summary>Names of the volumes with every one of these labels.</summary>
    public static Command Volumes(params IEnumerable<string> labels) =>
        Ask(["volume", "ls", "--quiet", .. labels.SelectMany(label => new[] { "--filter", $"label={label}" })]);

    public static Command RemoveVolumes(IEnumerable<string> names) => Run(["volume", "rm", .. names]);

    /// <summary>Ids of a project's containers, running or not.</summary>
    public static Command ContainersOf(string project) => Containers($"com.docker.compose.project={project}");

    /// <summary>Ids of the containers with a label, running or not.</summary>
    public static Command Containers(string label) => Ask("ps", "--all", "--quiet", "--no-trunc", "--filter", $"label={label}");

    /// <summary>Ids of the containers that publish a port of the engine's machine, running or not.</summary>
    public static Command Publishing(int port) => Ask("ps", "--all", "--quiet", "--no-trunc", "--filter", $"publish={port}");

    /// <summary>Containers as a JSON array.</summary>
    public static Command InspectContainers(IEnumerable<string> ids) => Ask(["inspect", "--type", "container", .. ids]);

    /// <summary>Ends when they all have ended.</summary>
    public static Command Wait(IEnumerable<string> containers, TimeSpan patience) =>
        Ask(["wait", .. containers]) with { Timeout = patience };

    public static Command Start(string container) => Run("start", container);

    public static Command Stop(IEnumerable<string> containers, TimeSpan grace) =>
        Run(["stop", "--time", Seconds(grace), .. containers]) with { Timeout = grace + TimeSpan.FromSeconds(30) };

    /// <summary>With their anonymous volumes.</summary>
    public static Command Remove(IEnumerable<string> containers) => Run(["rm", "--force", "--volumes", .. containers]);

    public static Command Logs(string container, int lines) =>
        Ask("logs", "--tail", lines.ToString(CultureInfo.InvariantCulture), container);

    /// <summary>
    /// Runs an image once to its end. Values of variables are taken from the environment, so that no secret is an argument.
    /// </summary>
    public static Command RunOnce(string name, string image, string network, string label, IReadOnlyDictionary<string, string> variables,
        IEnumerable<string> arguments) => Run(
        [
            "run", "--rm", "--name", name, "--label", label, "--network", network, "--pull", "never",
            .. variables.Keys.SelectMany(variable => new[] { "--env", variable }), image, .. arguments,
        ]) with { Variables = Values(variables), Timeout = Command.OnceTimeout, Apart = true };

    internal static string Seconds(TimeSpan time) => Math.Ceiling(time.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    internal static Dictionary<string, string?> Values(IReadOnlyDictionary<string, string> variables) =>
        variables.ToDictionary(variable => variable.Key, variable => (string?)variable.Value);

    private static Command Led(IReadOnlyList<string> images, string script, Dictionary<string, string?> variables) =>
        Command.Ask("/bin/sh", ["-c", script, "sh", .. images]) with
        {
            Title = $"docker save {string.Join(' ', images)} | docker load on the host", Variables = variables,
            Timeout = TimeSpan.FromMinutes(30),
        };

    private static Command Run(params IEnumerable<string> arguments) => Command.Of("docker", arguments);

    private static Command Ask(params IEnumerable<string> arguments) => Command.Ask("docker", arguments);
}
