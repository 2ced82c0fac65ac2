using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;

namespace ChainBridge.DeployRunner.Output;

/// <summary>The last event of every run, as scripts and people get it.</summary>
public sealed record Finished(ExitCode ExitCode, Verdict Verdict, string Summary, string? NextStep)
    : RunEnded((int)ExitCode, Summary, NextStep)
{
    /// <summary>What starts the runner where it was started this time, for the commands that it names.</summary>
    public string Runner { get; init; } = Cli;

    /// <summary>What starts a runner that was installed as a global tool, and how messages name it.</summary>
    public const string Cli = "deployrunner";
}
