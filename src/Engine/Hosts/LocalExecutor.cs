using System.ComponentModel;
using ChainBridge.Engine.Commands;

namespace ChainBridge.Engine.Hosts;

/// <summary>Runs commands on this machine.</summary>
internal sealed class LocalExecutor(TimeProvider time) : IExecutor
{
    public async Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken)
    {
        var (output, errors) = (new KeptOutput(), new KeptOutput());
        var (outputLines, errorLines) = (new LineCutter(line => onLine?.Invoke(line)), new LineCutter(line => onLine?.Invoke(line)));
        using var timeout = new CancellationTokenSource(command.Timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            // What is kept apart (a migration) may come to its end without us; the next runner waits for it.
            var owned = new OwnedCommand([command.Program, .. command.Arguments], command.Folder ?? "", command.Variables)
            {
                OwnSession = command.Apart, EndsWithRunner = !command.Apart,
            };
            var ended = await owned.RunAsync(
                piece => Keep(output, outputLines, piece), piece => Keep(errors, errorLines, piece), linked.Token);
            outputLines.End();
            errorLines.End();
            // Half an answer must not be read as a whole one.
            return output.Cut && ended.ExitCode == 0
                ? new CommandResult(command, CommandResult.TooMuchOutput, output.ToString(),
                    $"{errors}\nit printed more than the {KeptOutput.Most / 1_000_000} MB that are kept of an answer")
                : new CommandResult(command, ended.ExitCode, output.ToString(), errors.ToString());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var late = $"{errors}\nit did not end within {command.Timeout.TotalSeconds:0} s and was ended";
            return new CommandResult(command, CommandResult.TimedOut, output.ToString(), late);
        }
        catch (Exception missing) when (missing is Win32Exception or DirectoryNotFoundException)
        {
            return new CommandResult(command, CommandResult.NotStarted, "", $"{command.Program} could not be started: {missing.Message}");
        }

        void Keep(KeptOutput text, LineCutter lines, ReadOnlyMemory<char> piece)
        {
            text.Add(piece);
            if (onLine is not null) lines.Add(piece);
        }
    }
}
