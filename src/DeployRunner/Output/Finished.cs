using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;

namespace ChainBridge.DeployRunner.Output;

/// <summary>The last event of every run.</summary>
public sealed record Finished(ExitCode ExitCode, Verdict Verdict, string Summary, string? NextStep) : RunnerEvent;
