namespace ChainBridge.Engine.Manifest;

/// <summary>Gates with their probes and commands.</summary>
internal static class GateReader
{
    private static readonly GateSpec Nothing = new([], [], TimeSpan.FromSeconds(60), 0);

    /// <param name="doors">The doors a probe can name.</param>
    /// <param name="references">Gets what the commands refer to.</param>
    public static GatesSpec Gates(Section? section, DoorReader doors, GateReferences references, Problems problems)
    {
        if (section is null) return new GatesSpec(null, Nothing, ObserveSpec.Default);
        var integration = section.Child("integration") is { } tests
            ? Gate(tests, TimeSpan.FromSeconds(180), doors, references, releaseRuns: false, problems: problems)
            : null;
        var smoke = section.Child("smoke", required: true) is { } probes
            ? Gate(probes, TimeSpan.FromSeconds(60), doors, references, releaseRuns: true, problems: problems)
            : Nothing;
        if (smoke is { Probes.Count: 0, Commands.Count: > 0 })
            problems.Add(section.Place("smoke"),
                "no probe of this gate asks for the version: commands alone would let the answers of another release pass",
                "add one: probes: [{ path: /health }]");
        var observe = section.Child("observe") is { } window ? Observe(window, problems) : ObserveSpec.Default;
        var previous = section.Flag("smokePrevious");
        section.Close();
        return new GatesSpec(integration, smoke, observe) { SmokePrevious = previous };
    }

    private static ObserveSpec Observe(Section section, Problems problems)
    {
        var spec = new ObserveSpec(
            section.DurationOrZero("for", ObserveSpec.Default.For),
            section.Duration("every", ObserveSpec.Default.Every),
            section.Share("maxFailedShare", ObserveSpec.Default.MaxFailedShare)) { MaxP99 = section.OptionalDuration("maxP99") };
        section.Close();
        if (spec.Every < TimeSpan.FromMilliseconds(10))
            problems.Add(section.Place("every"), "probes would follow each other faster than every 10 ms", "write every: 100ms");
        if (!spec.IsOff && spec.For < spec.Every)
            problems.Add(section.Place("for"), "the observation would end before its second probe",
                "write a longer for:, or 0s to switch it off");
        return spec;
    }

    private static GateSpec Gate(
        Section section, TimeSpan budget, DoorReader doors, GateReferences references, bool releaseRuns, Problems problems)
    {
        var spec = new GateSpec(
            [.. section.Items("probes").Select(probe => Probe(probe, doors, problems))],
            [.. section.Items("commands").Select(command => Command(command, references, releaseRuns, problems))],
            section.Wait("budget", budget),
            section.Integer("maxSkipped", 0, 0, int.MaxValue),
            section.Integer("maxFlaky", int.MaxValue, 0, int.MaxValue));
        section.Close();
        if (spec.Probes.Count + spec.Commands.Count == 0)
            problems.Add(section.At, "this gate would execute nothing, and so could never pass", "add probes or commands");
        return spec;
    }

    private static ProbeSpec Probe(Section section, DoorReader doors, Problems problems)
    {
        var path = section.Text("path", required: true) ?? "/";
        if (!path.StartsWith('/')) problems.Add(section.Place("path"), $"the path '{path}' does not begin with '/'", $"write /{path}");
        var spec = new ProbeSpec(
            section.Text("name", path)!,
            section.Text("method", "GET")!.ToUpperInvariant(),
            path,
            section.Text("body"),
            section.Integer("status", 200, 100, 599),
            section.Text("contains"),
            section.Wait("timeout", TimeSpan.FromSeconds(5)),
            section.Text("versionHeader", "X-ChainBridge-Version")!)
        {
            Host = section.Text("host"), Door = section.Text("door"), VersionRequired = section.Has("versionHeader"),
        };
        if (spec.Door is { } door) doors.CheckName(section.Place("door"), door, "a probe is for the door", problems);
        ManifestRules.CheckHost(section, spec.Host, problems);
        section.Close();
        return spec;
    }

    private static GateCommandSpec Command(Section section, GateReferences references, bool releaseRuns, Problems problems)
    {
        var run = section.Texts("run", required: true) ?? [];
        if (run.Count == 0 && section.Place("run") is YamlList)
            problems.Add(section.Place("run"), "the command is empty", "name the program and its arguments: [dotnet, test]");
        if (run is ["", ..]) problems.Add(section.Place("run"), "the command names no program", "begin with the program: [dotnet, test]");
        references.Read(section, run, releaseRuns);
        if (section.Text("results") is { } results && string.IsNullOrWhiteSpace(results))
            problems.Add(section.Place("results"), "results names no file",
                "write where the command puts its result files: \"{results}/*.trx\"");
        var spec = new GateCommandSpec(
            section.Text("name", run.Count > 0 ? run[0] : "command")!,
            run,
            section.Text("results", required: true) ?? "",
            section.Choice("format", ResultFormat.Trx, required: true),
            section.Wait("timeout", TimeSpan.FromSeconds(180)),
            section.Flag("reruns"),
            section.Choice("counts", ResultCounts.Tests));
        section.Close();
        return spec;
    }
}
