using System.CommandLine;
using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;
using ChainBridge.Engine.State;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class BuildVerb : Verb
{
    private readonly Option<bool> _force = new("--force-rebuild") { Description = "Build even what is already built." };
    private readonly Option<string[]> _only = new("--only")
    {
        Description = "Build only these services.",
        AllowMultipleArgumentsPerToken = true
    };

    public BuildVerb() : base("build", "Builds every service in parallel.")
    {
        Options.Add(_force);
        Options.Add(_only);
    }

    public override bool NeedsSecrets => true;

    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var context = await invocation.OpenSourceAsync(cancellationToken);
        var only = invocation.Parsed.GetValue(_only) ?? [];
        foreach (var unknown in only.Where(name => !context.Manifest.Services.ContainsKey(name)))
            throw new EngineException(Failure.Usage, $"--only names '{unknown}', which is no service",
                $"services are: {string.Join(", ", context.Manifest.Services.Keys)}");
        await context.Platform.EnsureReachableAsync(cancellationToken);
        var git = await context.Git.ReadAsync(context.Manifest.Root, cancellationToken);
        var version = VersionName.For(context.Environment.Name, git, context.Runner.Time.GetUtcNow(),
            name => context.State.Releases.Find(name) is not null);
        context.Runner.Reporter.Report(new ReleaseNamed(version, git.Commit));
        var request = new BuildRequest(version, git.Commit, !git.Dirty, invocation.Parsed.GetValue(_force), only)
        {
            CommittedAt = git.CommittedAt, Repository = git.Repository, Recorded = context.State.Releases.All(),
        };
        var built = await new Deployments(context).BuildAsync(request, cancellationToken);
        context.Runner.Reporter.Report(new Table("artifact",
            [.. built.Select(artifact => new ArtifactRow(artifact.Key, artifact.Value.Digest, artifact.Value.Bytes))]));
        return FlowResult.Done($"{Plural.Of(built.Count, "service")} built at {version}");
    }
}
