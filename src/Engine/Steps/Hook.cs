using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Steps;

/// <summary>A command of the team before or after a step. It changes nothing that the way back could undo.</summary>
/// <remarks>It judges, so it is never done before: a deployment that is resumed goes on from the first hook of its rest.</remarks>
internal sealed class Hook(HookSpec hook) : Step
{
    public override Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken) => run.JudgeAsync(StepKind.Hook,
        () => run.Context.Hooks is { } hooks
            ? hooks.RunAsync(hook, HookVariables.Of(run, hook), cancellationToken)
            : throw new InvalidOperationException("the flow was opened without hooks"),
        null, [string.Join(' ', hook.Run)], hook.Name);
}

/// <summary>What a hook finds in its environment.</summary>
internal static class HookVariables
{
    public static Dictionary<string, string?> Of(DeploymentRun run, HookSpec hook)
    {
        var variables = new Dictionary<string, string?>
        {
            ["CHAINBRIDGE_HOOK"] = $"{(hook.Before ? "before" : "after")}-{hook.Point.ToString().ToLowerInvariant()}",
            ["CHAINBRIDGE_ENVIRONMENT"] = run.Context.Environment.Name,
            ["CHAINBRIDGE_VERB"] = run.Verb,
            ["CHAINBRIDGE_DEPLOYMENT"] = run.Id,
            ["CHAINBRIDGE_VERSION"] = run.Version.Length == 0 ? null : run.Version,
            ["CHAINBRIDGE_COMMIT"] = run.Attempt?.Release.Commit ?? run.Source?.Commit,
            ["CHAINBRIDGE_PREVIOUS_VERSION"] = run.Attempt?.Previous?.Version,
            ["CHAINBRIDGE_SLOT"] = run.Attempt?.Candidate.Name(),
        };
        foreach (var (service, artifact) in run.Artifacts)
            variables[$"CHAINBRIDGE_DIGEST_{service.Replace('-', '_').ToUpperInvariant()}"] = artifact.Digest;
        return variables;
    }
}
