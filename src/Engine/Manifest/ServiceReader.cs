using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Manifest;

/// <summary>Services, accessories and the edge.</summary>
internal static class ServiceReader
{
    public static ServiceSpec Service(string name, Section section)
    {
        var spec = new ServiceSpec(
            name,
            Build(section, new(section.Text("image", required: true) ?? "", section.Text("context", ".")!,
                section.Text("dockerfile", "Dockerfile")!, section.TextMap("buildArgs"), null)),
            section.Integer("port", 8080, 1, 65535),
            Ready(section, "/health"),
            section.Text("version", "/version")!,
            section.Texts("dependsOn") ?? [],
            section.TextMap("environment"),
            Migrate(section.Child("migrate")));
        spec = Both(section, spec);
        section.Close();
        return spec;
    }

    /// <summary>What a manifest adds to a service of the compose file: only what that file cannot hold.</summary>
    public static ServiceSpec Beside(string name, Section section, Problems problems)
    {
        var spec = Both(section, Default(name) with
        {
            Build = Build(section, Default(name).Build), Port = section.OptionalPort("port"), Ready = Ready(section, null),
            VersionPath = section.Text("version", "/version")!, Migrate = Migrate(section.Child("migrate")),
        });
        ManifestRules.CheckPaths(section, spec, problems);
        ManifestRules.CheckHost(section, spec.Host, problems);
        section.Close();
        return spec;
    }

    /// <summary>A service of the compose file that the manifest does not mention.</summary>
    public static ServiceSpec Default(string name) => new(name, new("", ".", "Dockerfile", new Dictionary<string, string>(), null), 0,
        new(null, ReadySpec.UsualSteady), "/version", [], new Dictionary<string, string>(), null);

    public static AccessorySpec Accessory(string name, Section section)
    {
        var kind = section.Choice("kind", AccessoryKind.Postgres, required: true, except: AccessoryKind.Other);
        var spec = new AccessorySpec(name, kind, section.Text("image", kind == AccessoryKind.Postgres ? "postgres:15" : "redis:7")!);
        section.Close();
        return spec;
    }

    /// <param name="project">Its images begin with it.</param>
    /// <param name="runtime">The image that the edge runs on, when the manifest names none; null for the public one.</param>
    public static EdgeSpec Edge(Section? section, string project, string? runtime)
    {
        var arguments = new Dictionary<string, string>();
        if (!string.IsNullOrEmpty(runtime)) arguments["RUNTIME_IMAGE"] = runtime;
        if (section is null) return new EdgeSpec($"{project}/edge", ".", null, arguments);
        foreach (var (name, value) in section.TextMap("buildArgs")) arguments[name] = value;
        var spec = new EdgeSpec(section.Text("image", $"{project}/edge")!, section.Text("context", ".")!,
            section.Text("dockerfile"), arguments, section.OptionalSize("maxBody"),
            section.OptionalDuration("idleTimeout"));
        section.Close();
        return spec;
    }

    private static BuildSpec Build(Section section, BuildSpec image) => image with
    {
        ProjectFile = section.Text("projectFile"), Run = section.Texts("run"), Include = section.Texts("include") ?? [],
    };

    private static ReadySpec Ready(Section section, string? usualPath) =>
        new(section.Text("health", usualPath), section.Wait("steady", ReadySpec.UsualSteady));

    private static ServiceSpec Both(Section section, ServiceSpec spec) => spec with
    {
        Host = section.Text("host"), Public = section.Flag("public"), StatesVersion = section.Has("version"),
    };

    private static MigrateSpec? Migrate(Section? section)
    {
        if (section is null) return null;
        var spec = new MigrateSpec(section.Texts("up", required: true) ?? [], section.Texts("down"),
            section.Texts("status", required: true) ?? []);
        section.Close();
        return spec;
    }
}
