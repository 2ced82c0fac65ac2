using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Engine.Secrets;

namespace ChainBridge.DeployRunner.Cli;

/// <summary>What a run of the CLI takes from outside; tests hand in their own.</summary>
internal sealed record Surroundings(
    TextWriter Output,
    TextWriter Errors,
    bool Terminal,
    IReadOnlyDictionary<string, string> Environment,
    TimeProvider Time,
    Func<DeploymentManifest, EnvironmentSpec, HostHandle, Redactor, TimeProvider, Action<string>, IPlatform> CreatePlatform,
    Func<Action<string>, CancellationToken, Task<bool>> EngineAnswers,
    Func<DeploymentManifest, string, CancellationToken, Task<ComposeAnswer>> AskCompose)
{
    /// <summary>Whether orphans below this process become its children, which then are ended with the gate command they came of.</summary>
    public bool AdoptsOrphans { get; init; }

    /// <summary>What is typed to start the runner here.</summary>
    public string Runner { get; init; } = Finished.Cli;

    /// <summary>Gives a variable to the commands that are run from now on.</summary>
    public Action<string, string> HandOn { get; init; } = (_, _) => { };

    public string? Variable(string name) => Environment.TryGetValue(name, out var value) ? value : null;
}
