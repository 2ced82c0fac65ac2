using ChainBridge.DeployRunner.Manifest;
using ChainBridge.DeployRunner.Reporting;
using ChainBridge.DeployRunner.Targets;
using ChainBridge.DeployRunner.Targets.Compose;

namespace ChainBridge.DeployRunner.Cli;

/// <summary>What a run of the CLI takes from outside; tests hand in their own.</summary>
internal sealed record Surroundings(
    TextWriter Output,
    TextWriter Errors,
    bool Terminal,
    IReadOnlyDictionary<string, string> Environment,
    TimeProvider Time,
    Func<DeploymentManifest, EnvironmentSpec, Redactor, TimeProvider, ITarget> CreateTarget,
    Func<CancellationToken, Task<bool>> EngineAnswers,
    Func<DeploymentManifest, string, CancellationToken, Task<ComposeAnswer>> AskCompose)
{
    public string? Variable(string name) => Environment.TryGetValue(name, out var value) ? value : null;
}
