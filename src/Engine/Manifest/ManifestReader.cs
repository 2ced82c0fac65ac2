using YamlDotNet.Core;

namespace ChainBridge.Engine.Manifest;

/// <summary>
/// Reads <c>chainbridge.yml</c>. Every problem is found in one pass; nothing but the file and the environment is touched.
/// </summary>
public static class ManifestReader
{
    /// <summary>Reads the file. Never throws for what a file can hold; the result lists the problems.</summary>
    /// <param name="environment">Returns an environment variable, or null when it is not set.</param>
    public static ManifestReading Read(string path, Func<string, string?> environment)
    {
        var full = Path.GetFullPath(path);
        try
        {
            if (!File.Exists(full))
                return Broken(path, $"there is no file {path}", "name the manifest with --manifest, or run from its folder");
            return Parse(File.ReadAllText(full), path, full, environment, File.Exists);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return Broken(path, $"the file cannot be read: {unreadable.Message}", "check its permissions");
        }
    }

    /// <summary>
    /// The secrets that come from commands, and nothing else of the file; none where it has problems, which <see cref="Read"/> names.
    /// </summary>
    /// <inheritdoc cref="Read"/>
    public static IReadOnlyList<SecretCommandSpec> Secrets(string path, Func<string, string?> environment)
    {
        var problems = new Problems(path);
        try
        {
            return YamlValue.Parse(new StringReader(File.ReadAllText(Path.GetFullPath(path)))) is YamlMap map
                && SecretCommandReader.Read(new Section(map, "", problems, new Variables(environment, problems)), problems) is var secrets
                && problems.All.Count == 0 ? secrets : [];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or YamlException)
        {
            return [];
        }
    }

    /// <summary>Reads a manifest from text.</summary>
    /// <param name="name">How problems name the file.</param>
    /// <param name="fullPath">Where relative paths begin.</param>
    public static ManifestReading Parse(string text, string name, string fullPath, Func<string, string?> environment) =>
        Parse(text, name, fullPath, environment, _ => true);

    private static ManifestReading Parse(
        string text, string name, string fullPath, Func<string, string?> environment, Func<string, bool> exists)
    {
        var problems = new Problems(name);
        YamlValue? root;
        try
        {
            root = YamlValue.Parse(new StringReader(text));
        }
        catch (YamlException syntax)
        {
            problems.Add((int)syntax.Start.Line, (int)syntax.Start.Column, $"this is not YAML: {syntax.Message}",
                "check indentation, quotes and colons around here");
            return new ManifestReading(null, problems.All);
        }

        if (root is null or YamlScalar { IsNull: true }) return Broken(name, "the file is empty", "begin with 'project:' and 'services:'");
        if (root is not YamlMap map) return Broken(name, "the file holds no mapping", "begin with 'project:' and 'services:'");

        var secrets = SecretCommandReader.Names(map);
        string? Known(string variable) => environment(variable) ?? (secrets.Contains(variable) ? SecretCommandReader.NotAsked : null);
        var manifest = ReadRoot(new Section(map, "", problems, new Variables(Known, problems)), fullPath, problems, environment, exists);
        return new ManifestReading(problems.All.Count == 0 ? manifest : null, problems.All) { Asked = problems.Asked };
    }

    private static DeploymentManifest ReadRoot(
        Section root, string fullPath, Problems problems, Func<string, string?> environment, Func<string, bool> exists)
    {
        var folder = Path.GetDirectoryName(fullPath)!;
        var project = root.Text("project", required: true) ?? "";
        if (project.Length > 0 && !ManifestRules.IsName(project))
            problems.Add(root.Place("project"), $"the project name '{project}' cannot prefix a compose project",
                "use lower-case letters, digits and '-'; begin with a letter");
        var secrets = SecretCommandReader.Read(root, problems);
        var compose = ComposeSpecReader.Read(root, folder, problems);
        var services = compose is not null ? [] : root.Children("services", required: true)
            .Select(child => (Spec: ServiceReader.Service(child.Name, child.Section), child.Section)).ToList();
        var accessories = compose is not null
            ? compose.Accessories.Select(named => new AccessorySpec(named.Name, AccessoryKind.Other, "")).DistinctBy(spec => spec.Name)
                .ToDictionary(spec => spec.Name, StringComparer.Ordinal)
            : root.Children("accessories")
                .Select(child => ServiceReader.Accessory(child.Name, child.Section))
                .ToDictionary(spec => spec.Name, StringComparer.Ordinal);
        var edge = ServiceReader.Edge(root.Child("edge"), project, environment("CHAINBRIDGE_RUNTIME_IMAGE"));
        var doors = DoorReader.Doors(root, compose is null ? services : null, problems);
        var preflight = PreflightReader.Read(root.Child("preflight"), PreflightSpec.Default, problems);
        var references = new GateReferences(problems);
        var gates = GateReader.Gates(root.Child("gates", required: true), doors, references, problems);
        var environments = root.Children("environments", required: true).Select(child => (child.Section,
            Spec: EnvironmentReader.Environment(child.Name, child.Section, project, folder, doors.Specs, compose?.File, preflight,
                problems))).ToList();
        var unnamed = EnvironmentReader.Default(root, environments.Select(environment => environment.Spec.Name), problems);
        var alerts = EnvironmentReader.Alerts(root.Child("alerts"));
        var hooks = HookReader.Hooks(root, problems);
        var models = ModelsReader.Read(root.Child("models"), problems);
        var notify = NotifyReader.Read(root, [.. environments.Select(environment => environment.Spec.Name)], problems);
        if (compose is null) root.Texts("workers");
        root.Close();
        if (compose is null)
        {
            ManifestRules.Check(root, services, accessories, problems);
            services = WorkerRules.Apply(root, services, doors.Specs, problems);
            problems.Add(GateReferences.Check(
                references.Services, services.Select(service => service.Spec).ToDictionary(spec => spec.Name)));
        }

        foreach (var (section, spec) in environments)
        {
            doors.Check(section, spec, compose is not null, problems);
            HostReader.CheckAccessories(section, spec, accessories, problems);
        }

        gates = gates with
        {
            Smoke = gates.Smoke with { Probes = [.. gates.Smoke.Probes.Select(probe => doors.WithHost(probe, services))] }
        };
        if (environments.Any(environment => environment.Spec is { Target: not TargetKind.Process, ComposeFile: not null }))
            ManifestRules.CheckDockerfiles(services, folder, exists, problems);
        return new DeploymentManifest(fullPath, project,
            services.ToDictionary(service => service.Spec.Name, service => service.Spec, StringComparer.Ordinal),
            accessories, edge, gates, environments.ToDictionary(environment => environment.Spec.Name, environment => environment.Spec,
                StringComparer.Ordinal), alerts)
        {
            Doors = doors.Specs, Compose = compose is null ? null : compose with { Asked = references.Services }, Models = models,
            DefaultEnvironment = unnamed, Hooks = hooks, Notify = notify, Secrets = secrets,
        };
    }

    private static ManifestReading Broken(string name, string message, string hint) =>
        new(null, [new ManifestProblem(name, 0, 0, message, hint)]);
}
