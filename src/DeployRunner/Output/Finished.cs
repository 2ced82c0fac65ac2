using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;

namespace ChainBridge.DeployRunner.Output;

/// <summary>The last event of every run, as scripts and people get it.</summary>
public sealed record Finished(ExitCode ExitCode, Verdict Verdict, string Summary, string? NextStep)
    : RunEnded((int)ExitCode, Summary, NextStep);
