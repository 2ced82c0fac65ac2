using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;
using ChainBridge.Tests.Deployment.Ssh;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>A story on a host over SSH, with a server of its own that the story may stop and cut off.</summary>
public abstract class StoryOverSsh : Story
{
    /// <summary>Leads to the host; it ends with the story.</summary>
    protected LocalSshd Server { get; } = new();

    public override async Task RunAsync(string target, CancellationToken cancellationToken)
    {
        try
        {
            await base.RunAsync(target, cancellationToken);
        }
        finally
        {
            await Server.DisposeAsync();
        }
    }

    /// <summary>The environment, through the server.</summary>
    protected virtual SshUnderTest Target => new(Server);

    protected abstract Task RunOnAsync(Lab lab, CancellationToken cancellationToken);

    protected sealed override async Task<Lab> OpenAsync(string target, CancellationToken cancellationToken)
    {
        await Server.InitializeAsync();
        return await Lab.OpenAsync(Target, cancellationToken);
    }

    protected sealed override async Task RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        try
        {
            await RunOnAsync(lab, cancellationToken);
        }
        finally
        {
            // What stands is taken down over SSH.
            await Server.KnowAsync("host_key");
            await Server.StartAsync();
        }
    }
}
