using System.ComponentModel;
using System.Text;
using ChainBridge.DeployRunner.Commands;
using ChainBridge.LocalServers;
using CliWrap;

namespace ChainBridge.DeployRunner.Execution;

/// <summary>Runs commands on this machine.</summary>
internal sealed class LocalExecutor(TimeProvider time) : IExecutor
{
    public async Task<CommandResult> RunAsync(Commands.Command command, Action<string>? onLine, CancellationToken cancellationToken)
    {
        var (output, errors) = (new StringBuilder(), new StringBuilder());
        using var timeout = new CancellationTokenSource(command.Timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            // A session of its own is out of a terminal's reach. Where there is no setsid (macOS) the command stays in ours.
            var apart = command.Apart && File.Exists(OwnedProcess.SessionProgram);
            var ended = await CliWrap.Cli.Wrap(apart ? OwnedProcess.SessionProgram : command.Program).WithArguments(apart ? command.Arguments.Prepend(command.Program) : command.Arguments).WithWorkingDirectory(command.Folder ?? "")
                .WithEnvironmentVariables(command.Variables)
                .WithValidation(CommandResultValidation.None)
                .WithStandardOutputPipe(To(output, onLine)).WithStandardErrorPipe(To(errors, onLine)).ExecuteAsync(linked.Token);
            return new CommandResult(command, ended.ExitCode, output.ToString(), errors.ToString());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new CommandResult(command, CommandResult.TimedOut, output.ToString(), $"{errors}\nit did not end within {command.Timeout.TotalSeconds:0} s and was ended");
        }
        catch (Exception missing) when (missing is Win32Exception or DirectoryNotFoundException)
        {
            return new CommandResult(command, CommandResult.NotStarted, "", $"{command.Program} could not be started: {missing.Message}");
        }
    }

    private static PipeTarget To(StringBuilder text, Action<string>? onLine) => onLine is null
        ? PipeTarget.ToStringBuilder(text)
        : PipeTarget.Merge(PipeTarget.ToStringBuilder(text), PipeTarget.ToDelegate(onLine));
}
