namespace ChainBridge.Engine.Manifest;

/// <summary>What a manifest names of its compose file must be there, and be what it is named as.</summary>
internal static class ComposeNaming
{
    public static IEnumerable<ManifestProblem> Check(DeploymentManifest filled, ComposeModel model)
    {
        var compose = filled.Compose!;
        foreach (var named in compose.Accessories.Concat(compose.Workers).Concat(compose.Jobs)
            .Concat(compose.Doors).Concat(compose.Services.Select(beside => beside.Named))
            .Where(named => !model.Services.ContainsKey(named.Name)))
            yield return named.Problem($"{named.Key} names '{named.Name}', which the compose file does not have",
                Spelling.Nearest(named.Name, model.Services.Keys) is { } near
                    ? $"did you mean '{near}'?"
                    : $"its services are: {string.Join(", ", model.Services.Keys)}");
        foreach (var accessory in compose.Accessories.Where(named => model.Services.ContainsKey(named.Name)))
            if (ComposeModel.Value(model.Services[accessory.Name], "build") is not null)
                yield return accessory.Problem(
                    $"the accessory '{accessory.Name}' has a build in the compose file, and no release replaces it",
                    "give it an image: instead, or take it out of accessories to have it in every slot");
        foreach (var named in compose.Workers.Concat(compose.Jobs).Concat(compose.Doors)
            .Concat(compose.Services.Select(beside => beside.Named))
            .Where(named => filled.Accessories.ContainsKey(named.Name) && model.Services.ContainsKey(named.Name)))
            yield return named.Problem($"'{named.Name}' is under {named.Key} and among the accessories", "keep one of the two");
        foreach (var named in compose.Workers.Concat(compose.Doors).Concat(compose.Services.Select(beside => beside.Named)).Where(named =>
            model.Services.ContainsKey(named.Name) && !filled.Services.ContainsKey(named.Name)
                && !filled.Accessories.ContainsKey(named.Name)))
            yield return named.Problem($"{named.Key} names '{named.Name}', which no slot starts: "
                + (ComposeModel.Value(model.Services[named.Name], "profiles") is null ? "it runs once per release" : "it has profiles"),
                $"take it out of {named.Key}, or correct it in the compose file");
        foreach (var worker in compose.Workers.Where(named => filled.Doors.Any(door => door.Service == named.Name)))
            yield return worker.Problem($"the worker '{worker.Name}' is behind a door: a worker begins only when the old one has stopped, "
                + "and nothing would be behind its door until then", "split it into a service behind the door and a worker");
        foreach (var (name, service) in filled.Services.Concat(filled.Jobs).Where(service => service.Value.Build.Image.Length == 0))
            yield return compose.Place.Problem($"{name} has neither an image nor a build in the compose file",
                $"add one of the two to {name}");
        if (filled.Services.Count == 0)
            yield return compose.Place.Problem("the compose file has no service for a slot: all have profiles, are accessories or run once",
                "take a service out of accessories, or remove its profiles");
        foreach (var problem in GateReferences.Check(compose.Asked, filled.Services)) yield return problem;
        foreach (var problem in ComposeDoors.Check(filled)) yield return problem;
    }
}
