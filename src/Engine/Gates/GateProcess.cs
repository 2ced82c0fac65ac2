using System.ComponentModel;
using ChainBridge.Engine.Hosts;

namespace ChainBridge.Engine.Gates;

/// <summary>Runs gate commands on this machine, each in a session of its own.</summary>
/// <param name="hide">Takes secrets out of a line before it is kept; null when there are none.</param>
/// <param name="adopts">Whether orphans become children of this process, so that they can be found by that.</param>
public sealed class GateProcess(Func<string, string>? hide = null, bool adopts = false) : IGateProcess
{
    /// <inheritdoc />
    public async Task<GateProcessResult> RunAsync(GateProcessRequest request, CancellationToken cancellationToken)
    {
        using var log = new CommandLog(request.LogFile, hide);
        try
        {
            var command = new OwnedCommand(request.Command, request.WorkingDirectory,
                request.Environment) { OwnSession = true, LeavesNothing = true, EndsWithRunner = true, Adopts = adopts };
            var ended = await command.RunAsync(log.Output.Add, log.Errors.Add, cancellationToken);
            log.Output.End();
            log.Errors.End();
            var last = log.Last;
            if (ended.Left.Count == 0) return new GateProcessResult(ended.ExitCode, last);
            var note = $"processes it left running were ended after it: {string.Join(", ", ended.Left)}";
            log.Note(note);
            return new GateProcessResult(ended.ExitCode, last, note);
        }
        catch (Exception missing) when (missing is Win32Exception or FileNotFoundException or DirectoryNotFoundException)
        {
            return new GateProcessResult(127, $"{request.Command[0]} could not be started: {missing.Message}");
        }
    }
}
