using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Text;
using ChainBridge.Machine;

namespace ChainBridge.Engine.Hosts;

/// <summary>How a command ended by itself.</summary>
/// <param name="Left">Processes it left running, which were ended after it: <c>NAME (ID)</c>.</param>
internal sealed record CommandEnd(int ExitCode, IReadOnlyList<string> Left);

/// <summary>A command that is run here, and all processes that come of it.</summary>
/// <param name="Words">The program and its arguments.</param>
/// <param name="Folder">Working folder; empty for the runner's own.</param>
/// <param name="Variables">Added to the environment, or taken out of it where null.</param>
internal sealed record OwnedCommand(IReadOnlyList<string> Words, string Folder, IReadOnlyDictionary<string, string?> Variables)
{
    /// <summary>For the rest of its output once the command itself has ended; then what holds the output open is ended.</summary>
    public static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(5);

    /// <summary>For the end of the output once all processes have ended.</summary>
    private static readonly TimeSpan ReadDeadline = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether it leads a session of its own, out of a terminal's reach. Where there is no setsid (macOS) it stays in ours.
    /// </summary>
    public bool OwnSession { get; init; }

    /// <summary>Whether what it leaves running in the background ends with it.</summary>
    public bool LeavesNothing { get; init; }

    /// <summary>Whether all of it ends when the runner is killed.</summary>
    public bool EndsWithRunner { get; init; }

    /// <summary>
    /// Whether orphans become children of this process (<see cref="Orphans.Adopt"/>) and no other command runs beside this one.
    /// </summary>
    public bool Adopts { get; init; }

    /// <summary>Runs it to its end. When cancelled, all its processes are gone before the exception leaves.</summary>
    /// <param name="onOutput">Gets pieces of its standard output, of any length.</param>
    /// <param name="onErrors">The same for its error output.</param>
    /// <exception cref="Win32Exception">The program cannot be started.</exception>
    public async Task<CommandEnd> RunAsync(
        Action<ReadOnlyMemory<char>> onOutput, Action<ReadOnlyMemory<char>> onErrors, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var id = Guid.NewGuid().ToString("N");
        using var reaper = EndsWithRunner ? CommandReaper.Start(id) : null;
        var tree = new ProcessTree(id, Adopts);
        using var process = new Process { StartInfo = StartInfo(id) };
        process.Start();
        process.StandardInput.Close();
        tree.Root = (process.Id, process.StartInfo.FileName == Machine.OwnSession.Program);
        var reading = Task.WhenAll(ReadAsync(process.StandardOutput.BaseStream, onOutput),
            ReadAsync(process.StandardError.BaseStream, onErrors));
        IReadOnlyList<string> left = [];
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            var held = !await EndsWithinAsync(reading, OutputGrace, cancellationToken);
            if (held || LeavesNothing) left = await tree.EndAsync(everything: held);
            if (held && !await EndsWithinAsync(reading, ReadDeadline, cancellationToken))
                left = [.. left, "a process that could not be found, which holds the output open"];
        }
        catch (OperationCanceledException)
        {
            if (!Directory.Exists("/proc")) process.Kill(entireProcessTree: true);
            await tree.EndAsync(everything: true);
            await EndsWithinAsync(reading, ReadDeadline, CancellationToken.None);
            throw;
        }

        if (reading.IsCompletedSuccessfully && reading.Result.FirstOrDefault(failure => failure is not null) is { } failed)
            ExceptionDispatchInfo.Throw(failed);
        return new CommandEnd(process.ExitCode, left);
    }

    private ProcessStartInfo StartInfo(string id)
    {
        var apart = OwnSession && Machine.OwnSession.IsThere;
        if (apart && !CanBeFound(Words[0])) throw new Win32Exception(2, "No such file or directory");
        var start = apart ? Machine.OwnSession.Of(Words) : new(Words[0], Words.Skip(1));
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        start.WorkingDirectory = Folder;
        foreach (var (name, value) in Variables) start.Environment[name] = value;
        start.Environment[CommandMark.Variable] = CommandMark.Value(id);
        return start;
    }

    /// <summary>Looks where <c>execvp</c> will: the folders of PATH, or the place itself when a path is given.</summary>
    private bool CanBeFound(string program) => program.Contains('/', StringComparison.Ordinal)
        ? File.Exists(Path.Combine(Path.GetFullPath(Folder.Length == 0 ? "." : Folder), program))
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>
    /// Reads to the end whatever happens, or the command would wait for a reader for ever; answers what the receiver threw.
    /// </summary>
    private static async Task<Exception?> ReadAsync(Stream stream, Action<ReadOnlyMemory<char>> receive)
    {
        var decoder = new UTF8Encoding(false).GetDecoder();
        var bytes = new byte[16 * 1024];
        var text = new char[bytes.Length + 4];
        Exception? failure = null;
        while (await stream.ReadAsync(bytes, CancellationToken.None) is var read and > 0)
        {
            var length = decoder.GetChars(bytes.AsSpan(0, read), text, flush: false);
            try
            {
                if (failure is null) receive(text.AsMemory(0, length));
            }
            catch (Exception broken)
            {
                failure = broken;
            }
        }

        return failure;
    }

    private static async Task<bool> EndsWithinAsync(Task task, TimeSpan deadline, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(deadline, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
