using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Manifest;

/// <summary>Services, accessories and the edge.</summary>
internal static class ServiceReader
{
    public static ServiceSpec Service(string name, Section section)
    {
        var spec = new ServiceSpec(
            name,
            section.Text("image", required: true) ?? "",
            section.Text("context", ".")!,
            section.Text("dockerfile", "Dockerfile")!,
            section.TextMap("buildArgs"),
            section.Text("projectFile"),
            section.Integer("port", 8080, 1, 65535),
            section.Text("health", "/health")!,
            section.Text("version", "/version")!,
            section.Flag("public"),
            section.Texts("dependsOn") ?? [],
            section.TextMap("environment"),
            Migrate(section.Child("migrate")))
        {
            Host = section.Text("host"),
        };
        section.Close();
        return spec;
    }

    public static AccessorySpec Accessory(string name, Section section)
    {
        var kind = section.Choice("kind", AccessoryKind.Postgres, required: true);
        var spec = new AccessorySpec(name, kind, section.Text("image", kind == AccessoryKind.Postgres ? "postgres:15" : "redis:7")!);
        section.Close();
        return spec;
    }

    public static EdgeSpec Edge(Section? section)
    {
        if (section is null) return new EdgeSpec("chainbridge/edge", ".", "src/Edge/Dockerfile", new Dictionary<string, string>());
        var spec = new EdgeSpec(section.Text("image", "chainbridge/edge")!, section.Text("context", ".")!,
            section.Text("dockerfile", "src/Edge/Dockerfile")!, section.TextMap("buildArgs"), section.OptionalSize("maxBody"),
            section.OptionalDuration("idleTimeout"));
        section.Close();
        return spec;
    }

    private static MigrateSpec? Migrate(Section? section)
    {
        if (section is null) return null;
        var spec = new MigrateSpec(section.Texts("up", required: true) ?? [], section.Texts("down"),
            section.Texts("status", required: true) ?? []);
        section.Close();
        return spec;
    }
}
