using System.Buffers;
using System.Text;

namespace ChainBridge.Machine;

/// <summary>A process as <c>/proc</c> shows it.</summary>
/// <param name="Name">The program's name, without its arguments: they may hold what must not be shown.</param>
/// <param name="Parent">Id of its parent.</param>
/// <param name="Session">Id of its session.</param>
public sealed record RunningProcess(ProcessIdentity Identity, string Name, int Parent, int Session);

/// <summary>The processes of this machine, read from <c>/proc</c>. Empty where there is none (macOS).</summary>
public static class ProcessTable
{
    /// <summary>A change of the program takes microseconds, and longer where the process waits for a core.</summary>
    private static readonly TimeSpan Change = TimeSpan.FromSeconds(2);

    /// <summary>More than the environment of nearly every process.</summary>
    private const int Piece = 128 * 1024;

    /// <summary>So often a program must have been seen without an environment to have none.</summary>
    private const int Looks = 5;

    /// <summary>All processes that run now; zombies do not.</summary>
    public static IReadOnlyList<RunningProcess> Read() => [.. ProcessStat.ReadAll().Values.Where(process => process.Runs)
        .Select(process => new RunningProcess(new(process.Id, process.Start), process.Name, process.Parent, process.Session))];

    /// <summary>These processes and all of the table that descend from them.</summary>
    public static IReadOnlyList<RunningProcess> WithDescendants(IReadOnlyList<RunningProcess> table, IEnumerable<RunningProcess> roots)
    {
        var found = roots.Distinct().ToList();
        for (var next = 0; next < found.Count; next++)
            found.AddRange(table.Where(process => process.Parent == found[next].Identity.Id && !found.Contains(process)).ToList());
        return found;
    }

    /// <summary>Those in whose environment, as it was when their program started, this text stands.</summary>
    public static IEnumerable<ProcessIdentity> WithVariable(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return ProcFiles.Processes().Where(id => Environment(id).AsSpan().IndexOf(bytes) >= 0).Select(ProcessIdentity.Of);
    }

    /// <summary>Whether this text stands in the process's environment.</summary>
    public static bool HasVariable(int id, string text) => Environment(id).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    /// <summary>
    /// Empty for one that is gone, or that this user may not read. While a process changes its program (<c>execve</c>) it has for a moment
    /// neither arguments nor an environment; it is read again until it has, or the process of a command would not be known by its mark.
    /// </summary>
    private static byte[] Environment(int id)
    {
        var (began, pause, without) = (TimeProvider.System.GetTimestamp(), new SpinWait(), 0);
        while (Bytes(id, "environ") is { } environment)
        {
            if (environment.Length > 0) return environment;
            // With arguments the program has been changed, perhaps after the environment was read: once says nothing.
            if (Bytes(id, "cmdline") is { Length: > 0 } && ++without == Looks) break;
            if (!HasProgram(id) || TimeProvider.System.GetElapsedTime(began) > Change) break;
            pause.SpinOnce();
        }

        return [];
    }

    /// <summary>Whether it runs, is not about to end, and is no thread of the kernel.</summary>
    private static bool HasProgram(int id) => ProcessStat.Of(id) is { Runs: true, IsKernel: false, IsExiting: false };

    /// <summary>
    /// Null for one that is gone, or that this user may not read. In one piece up to <see cref="Piece"/>: what is read in two is cut off
    /// where the program changes between them.
    /// </summary>
    private static byte[]? Bytes(int id, string file)
    {
        var piece = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            using var handle = File.OpenHandle($"/proc/{id}/{file}", share: FileShare.ReadWrite);
            var bytes = new List<byte>();
            while (RandomAccess.Read(handle, piece, bytes.Count) is var read and > 0) bytes.AddRange(piece.AsSpan(0, read));
            return [.. bytes];
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
