using System.ComponentModel;
using System.Text;
using System.Text.RegularExpressions;
using CliWrap;

namespace ChainBridge.DeployRunner.Gates;

/// <summary>Runs gate commands on this machine.</summary>
/// <param name="hide">Takes secrets out of a line before it is kept; null when there are none.</param>
public sealed partial class GateProcess(Func<string, string>? hide = null) : IGateProcess
{
    private const int LastLines = 15;

    /// <inheritdoc />
    public async Task<GateProcessResult> RunAsync(GateProcessRequest request, CancellationToken cancellationToken)
    {
        var last = new Queue<string>();
        await using var log = new StreamWriter(request.LogFile, append: false, new UTF8Encoding(false));
        var sink = PipeTarget.ToDelegate(line =>
        {
            lock (last)
            {
                line = Colours().Replace(line, "");
                line = hide?.Invoke(line) ?? line;
                log.WriteLine(line);
                last.Enqueue(line.Length > 500 ? line[..500] + "…" : line);
                if (last.Count > LastLines) last.Dequeue();
            }
        });
        try
        {
            var result = await CliWrap.Cli.Wrap(request.Command[0]).WithArguments(request.Command.Skip(1)).WithWorkingDirectory(request.WorkingDirectory)
                .WithEnvironmentVariables(request.Environment).WithValidation(CommandResultValidation.None)
                .WithStandardOutputPipe(sink).WithStandardErrorPipe(sink).ExecuteAsync(cancellationToken);
            return new GateProcessResult(result.ExitCode, string.Join('\n', last));
        }
        catch (Exception missing) when (missing is Win32Exception or FileNotFoundException or DirectoryNotFoundException)
        {
            return new GateProcessResult(127, $"{request.Command[0]} could not be started: {missing.Message}");
        }
    }

    /// <summary>What colours a terminal; in a log it only hides the words.</summary>
    [GeneratedRegex(@"\x1B\[[0-9;]*m")]
    private static partial Regex Colours();
}
