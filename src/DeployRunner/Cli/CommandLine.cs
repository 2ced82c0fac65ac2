using System.CommandLine;

namespace ChainBridge.DeployRunner.Cli;

/// <summary>The whole command line.</summary>
internal static class CommandLine
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Builds, gates, deploys, proves, promotes or rolls back a set of services.");
        foreach (var option in GlobalOptions.Create()) root.Options.Add(option);
        foreach (var verb in Verbs()) root.Subcommands.Add(verb);
        return root;
    }

    private static IEnumerable<Verb> Verbs() =>
    [
        new InitVerb(), new SchemaVerb(),
        new ValidateVerb(), new DoctorVerb(),
        new PlanVerb(), new BuildVerb(), new TestVerb(), new DeployVerb(), new SmokeVerb(), new PromoteVerb(),
        new AbortVerb(),
        new RollbackVerb(), new VersionsVerb(), new StatusVerb(), new HistoryVerb(), new JournalVerb(), new LogsVerb(), new ResumeVerb(),
        new UnlockVerb(),
        new DownVerb(), new ExplainVerb(),
    ];
}
