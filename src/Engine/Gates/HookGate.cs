using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.Gates;

/// <summary>Runs hooks: unlike those of a gate, their exit code is their verdict.</summary>
/// <param name="workingDirectory">The manifest's folder.</param>
/// <param name="resultsFolder">Each run gets a folder of its own under it, with its log.</param>
public sealed class HookGate(IGateProcess process, TimeProvider time, string workingDirectory, string resultsFolder)
{
    /// <summary>Runs a hook to its end. A failure is a verdict; throws only when cancelled.</summary>
    /// <param name="variables">What it finds in its environment beside the runner's own.</param>
    public async Task<GateResult> RunAsync(
        HookSpec hook, IReadOnlyDictionary<string, string?> variables, CancellationToken cancellationToken)
    {
        var folder = NewestFolders.ForCommand(resultsFolder, "hook");
        var request = new GateProcessRequest(hook.Run, workingDirectory, variables, Path.Combine(folder, "command.log"));
        var began = time.GetTimestamp();
        using var timeout = new CancellationTokenSource(hook.Timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var ended = await process.RunAsync(request, linked.Token);
            return ended.ExitCode == 0
                ? Result(Verdict.Pass, "ended with exit code 0")
                : Result(Verdict.Fail, $"ended with exit code {ended.ExitCode}; its output: {request.LogFile}; the last of it:\n"
                    + ended.LastOutput);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Result(Verdict.Fail,
                $"did not end within {hook.Timeout.TotalSeconds:0.###} s and was stopped; its output: {request.LogFile}");
        }

        GateResult Result(Verdict verdict, string answered) => new($"hook {hook.Name}", verdict, answered,
            [new Evidence(string.Join(' ', hook.Run), answered, verdict, time.GetUtcNow(), "runner")], null, time.GetElapsedTime(began));
    }
}
