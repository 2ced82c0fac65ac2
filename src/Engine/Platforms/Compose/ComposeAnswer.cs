using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>What Docker Compose says to a team's file.</summary>
/// <param name="Resolved">The whole file as JSON; null when Compose refuses it or was not there to ask.</param>
/// <param name="Refusal">Why Compose refuses the file; null when it does not.</param>
/// <param name="NotAsked">Why Compose could not be asked; null when it was.</param>
public sealed record ComposeAnswer(string? Resolved, string? Refusal, string? NotAsked)
{
    /// <summary>Asks for everything the file holds, services with profiles too.</summary>
    /// <param name="project">What <c>COMPOSE_PROJECT_NAME</c> is in the file.</param>
    /// <param name="folder">Where relative paths begin; null for the file's own folder.</param>
    internal static async Task<ComposeAnswer> AskAsync(
        IExecutor executor, DeploymentManifest manifest, string project, string file, string? folder, CancellationToken cancellationToken)
    {
        var answer = await executor.RunAsync(ComposeCommands.Config(project, file, folder, TeamComposeFile.Provided(manifest)), null,
            cancellationToken);
        if (answer.Succeeded) return new(answer.Output, null, null);
        var version = answer.ExitCode is CommandResult.NotStarted or CommandResult.TimedOut
            ? answer
            : await executor.RunAsync(DockerCommands.ComposeVersion(), null, cancellationToken);
        return version.Succeeded
            ? new(null, string.Join("; ", answer.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => !line.Contains("level=warning", StringComparison.Ordinal))), null)
            : new(null, null, version.Errors.Trim());
    }
}
