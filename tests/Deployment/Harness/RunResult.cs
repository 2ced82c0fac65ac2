namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>How one run of the runner ended, with all its output: a failing test shows it.</summary>
/// <param name="ExitCode">137 for one that was killed.</param>
public sealed record RunResult(string Command, int ExitCode, TimeSpan Took, IReadOnlyList<string> Output, string Errors)
{
    public const int Killed = 137;

    public IReadOnlyList<RunnerLine> Events { get; } = [.. Output.Select(RunnerLine.Read).OfType<RunnerLine>()];

    /// <summary>Lines of stdout that are no JSON object; a script that parses it would trip over them.</summary>
    public IReadOnlyList<string> NoJson => [.. Output.Where(line => RunnerLine.Read(line) is null)];

    public string Verdict => Events.LastOrDefault()?["verdict"] ?? "none";

    public string Summary => Events.LastOrDefault()?["summary"] ?? "";

    /// <summary>The release this run named.</summary>
    public string Version => Events.FirstOrDefault(line => line.Event == "release-named")?["version"] ?? "";

    /// <summary>The steps begun, in order.</summary>
    public IReadOnlyList<string> Steps => [.. Events.Where(line => line.Event == "step-begun").Select(line => line.Step!)];

    /// <summary>The rows of a table: <c>release</c>, <c>service</c>, <c>past-deployment</c>, <c>planned-step</c>.</summary>
    public IReadOnlyList<RunnerLine> Rows(string item) => [.. Events.Where(line => line.Event == item)];

    public string Evidence => $"this is its output.\n$ deployrunner {Command}\n(ended with {ExitCode} after {Took.TotalSeconds:0.0} s)\n"
        + $"--- stdout\n{string.Join('\n', Output)}\n--- stderr\n{Errors}";
}
