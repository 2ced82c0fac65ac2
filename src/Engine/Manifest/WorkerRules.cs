using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Manifest;

/// <summary>Which services of a manifest without a compose file take work from a queue by themselves.</summary>
internal static class WorkerRules
{
    /// <summary>The services, with the workers marked. Workers are asked for their health only where the manifest names a route.</summary>
    public static List<(ServiceSpec Spec, Section Section)> Apply(
        Section root, List<(ServiceSpec Spec, Section Section)> services, IReadOnlyList<DoorSpec> doors, Problems problems)
    {
        var workers = ComposeSpecReader.Named(root, "workers", problems);
        var known = services.Select(service => service.Spec.Name).ToList();
        foreach (var worker in workers)
            if (!known.Contains(worker.Name))
                problems.Add(worker.Line, worker.Column, $"workers names '{worker.Name}', which is no service",
                    Spelling.Nearest(worker.Name, known) is { } near
                        ? $"did you mean '{near}'?"
                        : $"services are: {string.Join(", ", known)}");
            else if (doors.Any(door => door.Service == worker.Name))
                problems.Add(worker.Line, worker.Column, $"the worker '{worker.Name}' is behind a door: a worker begins only when the old "
                    + "one has stopped, and nothing would be behind its door until then",
                    "split it into a service behind the door and a worker");
        var names = workers.Select(worker => worker.Name).ToHashSet();
        foreach (var (spec, section) in services.Where(service => !names.Contains(service.Spec.Name)))
            foreach (var dependency in spec.DependsOn.Where(names.Contains))
                problems.Add(section.Place("dependsOn"), $"services.{spec.Name} depends on the worker '{dependency}', which begins only "
                    + $"when {spec.Name} has been proved and the old one has stopped", "take it out of dependsOn");
        foreach (var (spec, section) in services)
            foreach (var worker in spec.Environment.Values.SelectMany(References.In).Distinct()
                .Select(reference => names.FirstOrDefault(name => reference.StartsWith($"services.{name}.", StringComparison.Ordinal)))
                .OfType<string>()
                .Where(name => !services.Single(service => service.Spec.Name == name).Section.Has("health")))
                problems.Add(section.Place("environment"), $"services.{spec.Name} asks for the url of the worker '{worker}', which has "
                    + "no health route and so no address", "hand it work through a queue, or give it a health route");
        return [.. services.Select(service => !names.Contains(service.Spec.Name) ? service : (service.Spec with
        {
            Worker = true, Ready = service.Section.Has("health") ? service.Spec.Ready : service.Spec.Ready with { HealthPath = null },
        }, service.Section))];
    }
}
