using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Manifest;

/// <summary>What the commands of gates refer to: services of the release, whose addresses are known while a gate asks it.</summary>
/// <param name="problems">Gets what refers to something else.</param>
internal sealed class GateReferences(Problems problems)
{
    private static readonly string[] Fields = ["address", "url", "inside"];
    private readonly List<NamedService> _services = [];

    /// <summary>The services that commands refer to, each with its place.</summary>
    public IReadOnlyList<NamedService> Services => _services;

    /// <summary>Reads the references of a command of the gate.</summary>
    /// <param name="releaseRuns">False for a gate that is asked before a release runs.</param>
    public void Read(Section command, IReadOnlyList<string> run, bool releaseRuns)
    {
        var places = (command.Place("run") as YamlList)?.Items ?? [];
        if (command.Text("results")?.Contains("${{", StringComparison.Ordinal) == true)
            problems.Add(command.Place("results"), "results refers to something, and only {results} is replaced there",
                "write the files as \"{results}/*.json\"");
        foreach (var (argument, place) in run.Zip(places))
        {
            if (References.AreBroken(argument))
                problems.Add(place, $"'{argument}' has a reference that is not closed, or more in it than a name",
                    "write ${{ services.NAME.address }}, and what comes after it behind the braces");
            foreach (var reference in References.In(argument))
                if (!releaseRuns)
                    problems.Add(place, $"the command refers to '{reference}', and no release runs while this gate is asked",
                        "move the command to gates.smoke");
                else if (References.Service(reference) is (var name, var field) && Fields.Contains(field))
                    _services.Add(new("a command of the smoke gate", name, problems.File, place.Line, place.Column));
                else
                    problems.Add(place, $"the command refers to '{reference}'",
                        "a command can refer to ${{ services.NAME.address }}, .url and .inside; the version is in "
                            + "CHAINBRIDGE_EXPECT_VERSION");
        }
    }

    /// <summary>What is wrong with the services that commands refer to: they must be in the slot while the candidate is asked.</summary>
    public static IEnumerable<ManifestProblem> Check(
        IEnumerable<NamedService> named, IReadOnlyDictionary<string, ServiceSpec> services)
    {
        foreach (var asked in named)
            if (!services.TryGetValue(asked.Name, out var service))
                yield return asked.Problem($"{asked.Key} refers to '{asked.Name}', which is no service of a slot",
                    Spelling.Nearest(asked.Name, services.Keys) is { } near
                        ? $"did you mean '{near}'?"
                        : $"services are: {string.Join(", ", services.Keys)}");
            else if (service.Worker)
                yield return asked.Problem($"{asked.Key} refers to the worker '{asked.Name}', which begins only after the candidate was "
                    + "asked", "take it out of workers, or the reference out of the command");
            else if (service.Port == 0)
                yield return asked.Problem($"{asked.Key} refers to '{asked.Name}', which has no port",
                    "expose the one it listens on, not a range");
    }
}
