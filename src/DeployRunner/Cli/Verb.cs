using System.CommandLine;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;

namespace ChainBridge.DeployRunner.Cli;

/// <summary>One verb of the command line.</summary>
internal abstract class Verb(string name, string description) : Command(name, description)
{
    /// <summary>Whether it may change an environment, so that the places of the manifest's <c>notify</c> get to know of it.</summary>
    public virtual bool Notifies => false;

    /// <summary>Whether it needs the secrets that commands print.</summary>
    public virtual bool NeedsSecrets => Notifies;

    /// <summary>
    /// Whether it goes on without a host that does not answer, as long as the one with the state does, because it changes no host.
    /// </summary>
    public virtual bool GoesWithoutHosts => false;

    /// <summary>Does it. Expected failures are thrown as <see cref="EngineException"/>; <c>Program.cs</c> maps them.</summary>
    public abstract Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken);
}
