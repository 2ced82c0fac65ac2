using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;

namespace ChainBridge.Engine.Platforms;

/// <summary>Which target an environment uses. Chosen once: what was started by one target cannot be found by another.</summary>
public static class PlatformChoice
{
    /// <summary>The file in the state directory that keeps the choice.</summary>
    internal const string FileName = "target";

    /// <summary>The environment with its target settled. Writes nothing.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Refused"/>: the environment was deployed to another target before.</exception>
    public static async Task<EnvironmentSpec> ResolveAsync(
        IHostFiles files, EnvironmentSpec environment, Func<CancellationToken, Task<bool>> engineAnswers,
        CancellationToken cancellationToken)
    {
        if (Kept(files, environment) is { } kept)
            return environment.Target == kept || environment.Target == TargetKind.Auto
                ? environment with { Target = kept }
                : throw new EngineException(Failure.Refused,
                    $"{environment.Name} runs on the target {Word(kept)}, and the manifest now says {Word(environment.Target)}",
                    $"take it down first (with target: {Word(kept)}, deployrunner down --volumes), or choose another stateDirectory");
        if (environment.Target != TargetKind.Auto) return environment;
        return environment with
        {
            Target = environment.ComposeFile is not null && await engineAnswers(cancellationToken) ? TargetKind.Compose : TargetKind.Process
        };
    }

    /// <summary>Keeps the choice; called before the target is changed for the first time.</summary>
    internal static void Keep(IHostFiles files, EnvironmentSpec environment)
    {
        if (Kept(files, environment) is null) files.Write(PathOf(environment), Word(environment.Target));
    }

    private static TargetKind? Kept(IHostFiles files, EnvironmentSpec environment) =>
        Enum.TryParse<TargetKind>(files.Read(PathOf(environment))?.Trim(), ignoreCase: true, out var kept) ? kept : null;

    private static string PathOf(EnvironmentSpec environment) => Path.Combine(environment.StateDirectory, FileName);

    private static string Word(TargetKind kind) => kind.ToString().ToLowerInvariant();
}
