using System.Net.Sockets;
using ChainBridge.TestKit.Load.Tool.Verbs;

namespace ChainBridge.TestKit.Load.Tool;

/// <summary>The one place where exceptions and verdicts become exit codes.</summary>
internal static class EntryPoint
{
    public static async Task<int> RunAsync(string[] arguments, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var parsed = CommandLine.Create(surroundings).Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            await surroundings.Errors.WriteLineAsync($"error: {string.Join(' ', parsed.Errors.Select(error => error.Message))}\n"
                + "next: chainbridge-load --help lists commands and options");
            return ExitCode.Usage;
        }

        try
        {
            var code = await parsed.InvokeAsync(
                new() { Output = surroundings.Output, Error = surroundings.Errors, EnableDefaultExceptionHandler = false },
                    cancellationToken);
            return cancellationToken.IsCancellationRequested ? ExitCode.Interrupted : code;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await surroundings.Errors.WriteLineAsync("interrupted; nothing was left running");
            return ExitCode.Interrupted;
        }
        catch (Exception bad) when (bad is LoadPlanException or IOException or UnauthorizedAccessException or SocketException)
        {
            await surroundings.Errors.WriteLineAsync($"error: {bad.Message}");
            return ExitCode.Usage;
        }
        catch (Exception unexpected)
        {
            await surroundings.Errors.WriteLineAsync($"error: the tool itself failed: {unexpected}");
            return ExitCode.Usage;
        }
    }
}
