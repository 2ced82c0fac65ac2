using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.Drafts;

/// <summary>What of a service is for development only, or cannot stand twice beside itself: its lines in a file that extends it.</summary>
/// <param name="Lines">Keys of the service as they are instead.</param>
/// <param name="LeftOut">What is left out and why, a sentence each.</param>
internal sealed record Cuts(IReadOnlyList<string> Lines, IReadOnlyList<string> LeftOut)
{
    private static readonly string[] DevelopmentStages = ["dev", "debug", "develop", "development", "local"];
    private static readonly string[] DevelopmentCommands =
        ["npm run dev", "yarn dev", "pnpm dev", "pnpm run dev", "nodemon", "runserver", "--reload", "--debug", "dotnet watch", "--inspect"];

    /// <param name="notDeployed">Services that are not deployed.</param>
    public static Cuts Of(Guessed guessed, IReadOnlyCollection<string> notDeployed)
    {
        var (one, lines, leftOut) = (guessed.Facts, new List<string>(), new List<string>());
        Ports(guessed, lines, leftOut);
        Mounts(one, lines, leftOut);
        if (one.Has("container_name") && guessed.Role != Role.Accessory)
        {
            lines.Add("container_name: !reset null");
            leftOut.Add($"{one.Name}: the container_name {one.Text("container_name")}, which the old and the new release cannot both have");
        }

        if (one.Target is { } stage && DevelopmentStages.Contains(stage.ToLowerInvariant()))
        {
            lines.Add("build: { target: !reset null }");
            leftOut.Add($"{one.Name}: the build target {stage}, which is for development; the last stage of its Dockerfile is built");
        }

        if (one.Waits.Where(wait => notDeployed.Contains(wait.Name)).Select(wait => wait.Name).ToList() is { Count: > 0 } gone)
        {
            lines.Add($"depends_on: !override {FlowYaml.Of(Kept(one, notDeployed))}");
            leftOut.Add($"{one.Name}: waiting for {string.Join(", ", gone)}");
        }

        foreach (var command in DevelopmentCommands.Where(word => one.Line("command").Contains(word, StringComparison.Ordinal)).Take(1))
            leftOut.Add($"{one.Name}: nothing, but look at its command: '{command}' is for development");
        return new(lines, leftOut);
    }

    private static void Ports(Guessed guessed, List<string> lines, List<string> leftOut)
    {
        var one = guessed.Facts;
        var debuggers = one.Ports.Where(port => KnownImages.IsDebugger(port.Inner)).Select(port => port.Inner).ToList();
        if (debuggers.Count > 0)
            leftOut.Add($"{one.Name}: the port{(debuggers.Count == 1 ? "" : "s")} {string.Join(", ", debuggers)} of a debugger");
        var others = one.Ports.Where(port => !debuggers.Contains(port.Inner) && port != guessed.Port).Select(port => port.Inner).ToList();
        if (guessed.Role == Role.Door && others.Count > 0)
            leftOut.Add($"{one.Name}: the port{(others.Count == 1 ? "" : "s")} {string.Join(", ", others)}; "
                + "give each a door of its own if it is public");
        // A door's ports are the edge's; those of accessories are not published anyway.
        if (one.Ports.Count > 0 && guessed.Role is not (Role.Door or Role.Accessory)) lines.Add("ports: !reset []");
        else if (guessed.Role == Role.Door && one.Ports[0] != guessed.Port)
            lines.Add($"ports: !override [\"{guessed.Port!.Value.Inner}\"]");
    }

    /// <summary>A folder of sources over what was built: in a release it is the image's.</summary>
    private static void Mounts(ServiceFacts one, List<string> lines, List<string> leftOut)
    {
        if (!one.Built) return;
        var folder = Path.GetDirectoryName(one.File)!;
        var sources = one.Mounts.Where(mount => mount.Source.StartsWith('.') && Directory.Exists(Path.GetFullPath(mount.Source, folder)))
            .ToList();
        if (sources.Count == 0) return;
        // A volume without a name below it kept what was built from being hidden.
        var gone = sources.Concat(one.Mounts.Where(mount => mount.Source.Length == 0
            && sources.Any(source => mount.Inside.StartsWith(source.Inside.TrimEnd('/') + "/", StringComparison.Ordinal)))).ToList();
        lines.Add($"volumes: !override {FlowYaml.Of(new YamlList(0, 0, [.. one.Mounts.Except(gone).Select(mount => mount.Entry)]))}");
        foreach (var source in sources)
            leftOut.Add(
                $"{one.Name}: the mount of {source.Source} at {source.Inside}, which puts today's sources over those of the release");
    }

    private static YamlMap Kept(ServiceFacts one, IReadOnlyCollection<string> leftOut) =>
        new(0, 0, [.. one.Waits.Where(wait => !leftOut.Contains(wait.Name)).Select(wait => new YamlEntry(
            new YamlScalar(0, 0, wait.Name, true),
            new YamlMap(0, 0, [new(new YamlScalar(0, 0, "condition", true), new YamlScalar(0, 0, wait.Condition, true))])))]);
}
