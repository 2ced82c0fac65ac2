using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Platforms.Compose;

namespace ChainBridge.Engine.Checks;

/// <summary>No other state directory has containers of the same project and environment on the engine.</summary>
internal sealed class SiblingsCheck(DockerEngine engine, ComposeNames names) : ICheck
{
    public async Task<CheckResult> AskAsync(CancellationToken cancellationToken)
    {
        var siblings = (await engine.ContainersAsync(DockerCommands.Containers(ComposeNames.Label), cancellationToken))
            .GroupBy(container => container.Labels.GetValueOrDefault(ComposeNames.Label, ""))
            .Where(group => names.IsSibling(group.Key)).OrderBy(group => group.Key, StringComparer.Ordinal).ToList();
        return siblings.Count == 0
            ? CheckResult.Ok($"{names.Environment} is the only one of its project and environment on the engine")
            : CheckResult.Problem(
                $"containers of the same project and environment, made from another state directory than that of {names.Environment}: "
                    + string.Join(", ", siblings.Select(group => $"{group.Key} ({group.Count()})")),
                "was the state directory moved, or is there a second clone? deployrunner down from there removes them; where that "
                    + $"directory is lost: docker ps --all --filter label={ComposeNames.Label}={siblings[0].Key} lists them");
    }
}
