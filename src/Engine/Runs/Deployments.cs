using ChainBridge.Engine.Events;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Steps;
using ChainBridge.Engine.Strategies;

namespace ChainBridge.Engine.Runs;

/// <summary>
/// What can be done to an environment. Failures are returned, not thrown; each leaves the old release serving or reports that it does not.
/// </summary>
public sealed class Deployments(FlowContext context)
{
    private static readonly string[] Files = [Journal.LinesFile, Journal.HeadFile, $"{Journal.HeadFile}.new", "lock.json", "lock.guard",
        "token", Building.Guard, PlatformChoice.FileName, OwnFolder.FileName];
    private static readonly string[] Folders = ["releases", "results", "evidence"];

    /// <summary>Deploys what the working tree holds.</summary>
    public Task<FlowResult> DeployAsync(DeployOptions options, CancellationToken cancellationToken) =>
        options.Approve && IsRolling ? Task.FromResult(Unapprovable()) : RunAsync(Deploy(options), cancellationToken);

    /// <summary>Goes back to the version named, or to the last stable release.</summary>
    /// <param name="version">Null for the last stable release that is not the current one.</param>
    /// <param name="force">Take a release that never passed.</param>
    public Task<FlowResult> RollbackAsync(string? version, bool force, CancellationToken cancellationToken) =>
        RunAsync(BlueGreen.Rollback(version, force, IsRolling), cancellationToken);

    /// <summary>
    /// Moves the traffic to the candidate that waits, proves it and makes it stable. <see cref="Failure.NoSuchRelease"/> when none waits.
    /// </summary>
    public Task<FlowResult> PromoteAsync(CancellationToken cancellationToken) =>
        RunAsync(BlueGreen.Promote(context.Environment.Canary), cancellationToken);

    /// <summary>
    /// Takes the candidate that waits away; the old release goes on serving. <see cref="Failure.NoSuchRelease"/> when none waits.
    /// </summary>
    public Task<FlowResult> AbortAsync(CancellationToken cancellationToken) => RunAsync(BlueGreen.Abort(), cancellationToken);

    /// <summary>Finishes the deployment of a runner that died, or undoes it.</summary>
    /// <param name="undo">Take it back though it could be finished.</param>
    public Task<FlowResult> ResumeAsync(bool undo, CancellationToken cancellationToken)
    {
        var history = context.State.History();
        var unfinished = history.Unfinished(except: "");
        // A way back that could not reach a host came to its end, and left hosts with different releases, or one with what did not pass.
        if (unfinished.Count == 0 && history.LeftToAPerson)
            return RunAsync(BlueGreen.Settle(), cancellationToken);
        if (unfinished.Count == 0)
            return Task.FromResult(FlowResult.Done("every deployment came to its end; nothing to resume"));
        // What was promoted, or never recorded its release, has nothing to finish; neither has an abort, nor a run of an
        // earlier runner, which wrote no plan.
        var rest = !undo && unfinished is [{ Change.Promoted: false } only] && Attempt.From(only, context.State.Releases) is not null
            ? BlueGreen.Resume(only, context.Environment.Canary)
            : null;
        return RunAsync(rest ?? BlueGreen.Settle(), cancellationToken);
    }

    /// <summary>Builds, while no other runner builds for this environment.</summary>
    public Task<IReadOnlyDictionary<string, Artifact>> BuildAsync(BuildRequest request, CancellationToken cancellationToken)
    {
        OwnFolder.KeepFromGit(context);
        return Building.RunAsync(context, request, cancellationToken);
    }

    /// <summary>Stops everything of the environment.</summary>
    /// <param name="removeData">Remove its data, builds, releases and history too.</param>
    /// <exception cref="EngineException">Another runner holds the lock, or something could not be stopped.</exception>
    public async Task DownAsync(bool removeData, CancellationToken cancellationToken)
    {
        var caller = context.Runner.Caller;
        await using (var held = await context.State.Lock.AcquireAsync(caller.User, caller.Host, caller.ProcessId, "down",
            cancellationToken))
            await context.Platform.DownAsync(held.Token, removeData, cancellationToken);
        if (removeData) Forget(context.State.Files, context.Environment);
    }

    /// <summary>What a deployment would do, step by step and command by command. Changes nothing.</summary>
    /// <param name="log">Gets the plan. The context's platform must stand on a host that writes its changes into this log.</param>
    public Task<Release> PlanAsync(DeployOptions options, PlanLog log, CancellationToken cancellationToken) =>
        PlanAsync(Deploy(options), log, cancellationToken);

    /// <summary>What a rollback would do, likewise.</summary>
    /// <inheritdoc cref="PlanAsync(DeployOptions, PlanLog, CancellationToken)"/>
    public Task<Release> PlanRollbackAsync(string? version, bool force, PlanLog log, CancellationToken cancellationToken) =>
        PlanAsync(BlueGreen.Rollback(version, force, IsRolling), log, cancellationToken);

    private async Task<Release> PlanAsync(Plan plan, PlanLog log, CancellationToken cancellationToken)
    {
        var run = new PlannedRun(context, plan.Verb, log);
        foreach (var dead in run.Journal.History().Unfinished(except: run.Id))
            run.Report(
                new Warning($"the runner of {dead.Id} died; a deployment first puts in order what it left, which this plan does not show"));
        var hooked = plan.With(context.Manifest.Hooks);
        foreach (var step in hooked.Before.Concat(hooked.Steps)) await step.ApplyAsync(run, cancellationToken);
        return run.Attempted.Release;
    }

    private bool IsRolling => context.Environment.Rolling is not null;

    private Plan Deploy(DeployOptions options) =>
        BlueGreen.Deploy(options, context.Environment.Canary, IsRolling);

    private FlowResult Unapprovable() => new(Failure.Usage,
        $"{context.Environment.Name} is rolling: before its candidate could wait, services of it would serve already",
        "deploy without --approve, or write strategy: blue-green");

    /// <summary>Removes what the runner itself wrote, by name: so a mistyped state directory loses no other files.</summary>
    private static void Forget(IHostFiles files, EnvironmentSpec environment)
    {
        var (state, here) = (environment.StateDirectory, new LocalFiles());
        files.Change(changes =>
        {
            foreach (var file in Files) changes.Delete(Path.Combine(state, file));
            foreach (var folder in Folders) changes.DeleteFolder(Path.Combine(state, folder));
            changes.DeleteFolder(state, onlyEmpty: true);
        });
        // Of an environment on a host this machine has what gates and commands read and wrote.
        foreach (var folder in new[] { "results", "load", ComposePlatform.LoginFolder, EnvironmentHost.Folder })
            here.DeleteFolder(Path.Combine(environment.WorkDirectory, folder));
        here.Delete(Path.Combine(environment.WorkDirectory, OwnFolder.FileName));
        here.DeleteFolder(environment.WorkDirectory, onlyEmpty: true);
    }

    private Task<FlowResult> RunAsync(Plan plan, CancellationToken cancellationToken)
    {
        OwnFolder.KeepFromGit(context);
        return new PlanRunner(context, plan.With(context.Manifest.Hooks)).RunAsync(cancellationToken);
    }
}
