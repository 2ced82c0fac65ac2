using System.Globalization;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Manifest;

/// <summary>
/// What the process target takes from a compose file: the settings of services and accessories, with the names of other services as
/// references. What it cannot run beside that is a problem with its place.
/// </summary>
internal sealed class ComposeOnProcesses(ComposeModel model, ComposeText text)
{
    private static readonly string[] Mounted = ["volumes", "secrets", "configs", "tmpfs"];
    private readonly List<ManifestProblem> _problems = [];

    /// <summary>The manifest with these settings, and why it cannot run as processes.</summary>
    /// <param name="filled">The manifest with the services of the file.</param>
    public (DeploymentManifest Manifest, IReadOnlyList<ManifestProblem> Problems) In(DeploymentManifest filled)
    {
        foreach (var job in filled.Jobs.Keys)
            Problem(model.Services[job], $"{job} runs once per release, and the process target runs no jobs",
                "give the service that needs it migrate: in the manifest, or use target: compose");
        foreach (var twin in filled.Accessories.Values.GroupBy(accessory => accessory.Kind).SelectMany(same => same.Skip(1)))
            Problem(model.Services[twin.Name],
                $"the accessory {twin.Name} is a second {twin.Kind}, and the process target starts one of each",
                "use one for both, or target: compose");
        var accessories = filled.Accessories.Values.Select(Accessory).ToDictionary(accessory => accessory.Name);
        filled = filled with { Accessories = accessories };
        var services = new Dictionary<string, ServiceSpec>();
        foreach (var service in filled.Services.Values)
        {
            var asked = new HashSet<string>(service.DependsOn);
            if (service.Build is { ProjectFile: null, Run: null })
                Problem(model.Services[service.Name], $"{service.Name} has neither projectFile nor run in the manifest, and the process "
                    + "target builds no images", $"add one of them under services.{service.Name}, or use target: compose");
            if (service.Ready is { Checked: true, HealthPath: null })
                Problem(ComposeModel.Value(model.Services[service.Name], "healthcheck")!,
                    $"the health check of {service.Name} is a command in its container, and the process target has none",
                    $"name a route under services.{service.Name}.health");
            foreach (var key in Mounted)
                if (ComposeModel.Value(model.Services[service.Name], key) is { } mounted)
                    Problem(mounted, $"{service.Name} has {key}, and a process sees the files of this machine only",
                        "give it what it needs in its settings, or use target: compose");
            services[service.Name] = service with
            {
                Environment = Settings(service.Name, filled, asked), DependsOn = [.. asked],
                Build = service.Build with { Context = Context(service, filled.Root) },
            };
        }

        // Its address is known when it has started, so what asks for it starts later.
        foreach (var service in services.Values)
            if (service.DependsOn.FirstOrDefault(name => Needs(services, name, service.Name, [])) is { } other)
                Problem(model.Services[service.Name], $"{service.Name} and {other} ask for each other's address, and the process target "
                    + "knows an address when the service has started",
                    "use target: compose, or let one of them find the other at run time");
        return (filled with { Services = services }, _problems);
    }

    /// <summary>Where its source is, from the manifest's folder.</summary>
    private string Context(ServiceSpec service, string root) => ComposeModel.Value(model.Services[service.Name], "build") switch
    {
        YamlScalar folder => Path.GetRelativePath(root, Path.GetFullPath(folder.Text, model.Folder(folder))),
        YamlMap build when ComposeModel.Value(build, "context") is YamlScalar folder =>
            Path.GetRelativePath(root, Path.GetFullPath(folder.Text, model.Folder(folder))),
        _ => service.Build.Context,
    };

    private static bool Needs(Dictionary<string, ServiceSpec> services, string from, string to, HashSet<string> seen) =>
        from == to || (seen.Add(from) && services.GetValueOrDefault(from) is { } service
            && service.DependsOn.Any(next => Needs(services, next, to, seen)));

    private AccessorySpec Accessory(AccessorySpec accessory)
    {
        var service = model.Services[accessory.Name];
        if (accessory.Kind == AccessoryKind.Other)
            Problem(service, $"the process target starts PostgreSQL and Redis, and cannot start the accessory {accessory.Name} "
                + $"({accessory.Image})", "use target: compose, or take it out of accessories and give its address in variables");
        foreach (var key in new[] { "command", "entrypoint" })
            if (ComposeModel.Value(service, key) is { } command)
                Problem(command, $"the accessory {accessory.Name} has a {key}, which the process target does not follow",
                    "take it out, or use target: compose");
        var settings = Written(service).ToDictionary(setting => setting.Key, setting => setting.Value);
        if (accessory.Kind == AccessoryKind.Postgres && string.IsNullOrEmpty(settings.GetValueOrDefault(AccessorySpec.PasswordSetting)))
            Problem(service, $"the accessory {accessory.Name} has no {AccessorySpec.PasswordSetting} in its environment, and the process "
                + "target takes the password from there", $"add {AccessorySpec.PasswordSetting}: ${{NAME}}");
        return accessory with { Settings = settings };
    }

    /// <param name="asked">Gets the services whose addresses are among the settings.</param>
    private Dictionary<string, string> Settings(string name, DeploymentManifest filled, HashSet<string> asked)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value, at) in Written(model.Services[name]))
            settings[key] = ComposeAddresses.Replace(key, value, (named, port) =>
            {
                if (filled.Accessories.GetValueOrDefault(named) is { } accessory)
                {
                    if (port is { } asked && asked != accessory.UsualPort)
                        Problem(at, $"{name} asks {named} at port {asked}, and the process target's answers at {accessory.UsualPort}",
                            $"write {named}:{accessory.UsualPort}");
                    return $"${{{{ accessories.{named}.host }}}}{(port is null ? "" : $":{accessory.UsualPort}")}";
                }

                if (!filled.Services.ContainsKey(named)) return null;
                if (port is null)
                    Problem(at, $"{name} names {named} in {key} without its port, and processes have other ports than containers",
                        $"give {key} in variables: of the environment, with ${{{{ services.{named}.address }}}}");
                if (named != name) asked.Add(named);
                return $"${{{{ services.{named}.address }}}}";
            });
        return settings;
    }

    /// <summary>Files of settings, and over them the settings themselves. One without a value is the runner's own.</summary>
    private IEnumerable<(string Key, string Value, YamlValue At)> Written(YamlMap service)
    {
        var settings = new Dictionary<string, (string Key, string Value, YamlValue At)>(StringComparer.Ordinal);
        foreach (var (key, value, at) in text.EnvironmentFiles(service).Concat(Own(service)))
            if ((value ?? text.Variable(key)) is { } known) settings[key] = (key, known, at);
        return settings.Values;
    }

    private static IEnumerable<(string Key, string? Value, YamlValue At)> Own(YamlMap service) =>
        ComposeModel.Value(service, "environment") switch
        {
            YamlMap map => map.Entries.Where(entry => entry is { Key: YamlScalar, Value: YamlScalar })
                .Select(entry => (((YamlScalar)entry.Key).Text, (YamlScalar)entry.Value) switch
                {
                    var (key, value) => (key, value.IsNull ? null : value.Text, (YamlValue)value),
                }),
            YamlList list => list.Items.OfType<YamlScalar>().Select(item => item.Text.Split('=', 2) is [var key, var value]
                ? (key, value, item)
                : (item.Text, (string?)null, (YamlValue)item)),
            _ => [],
        };

    private void Problem(YamlValue at, string message, string hint) => _problems.Add(text.ProblemAt(at, message, hint));
}
