namespace ChainBridge.Engine.Gates;

/// <summary>What a gate tells its commands, as variables of their environment. None of it is a secret.</summary>
internal static class GateVariables
{
    /// <summary>The variables; null takes one away that the runner itself was given, by the gate of another one.</summary>
    /// <param name="results">The command's own folder.</param>
    public static Dictionary<string, string?> Of(GateSubject subject, string results)
    {
        var predecessor = subject.Predecessor;
        var variables = new Dictionary<string, string?>
        {
            ["CHAINBRIDGE_RESULTS"] = results,
            ["CHAINBRIDGE_BASE_URL"] = Text(subject.BaseUrl),
            ["CHAINBRIDGE_EXPECT_VERSION"] = subject.ExpectedVersion,
            ["CHAINBRIDGE_ASKED_AT"] = predecessor is null ? null : predecessor.AtDoor ? "door" : "candidate",
            ["CHAINBRIDGE_STABLE_VERSION"] = predecessor?.Version,
            ["CHAINBRIDGE_STABLE_URL"] = Text(predecessor?.Url),
            ["CHAINBRIDGE_STABLE_UNREACHABLE"] = predecessor is { IsUnreachable: true } ? "1" : null,
            ["CHAINBRIDGE_ENVIRONMENT_STATE"] = predecessor?.Folder,
        };
        foreach (var door in subject.Doors)
        {
            var name = door.Name.Replace('-', '_').ToUpperInvariant();
            variables[$"CHAINBRIDGE_DOOR_{name}"] = door.Base;
            // A name that leads to no machine here cannot be part of an address.
            if (door.Host is not null) variables[$"CHAINBRIDGE_HOST_{name}"] = door.Host;
        }

        return variables;
    }

    private static string? Text(Uri? address) => address?.ToString().TrimEnd('/');
}
