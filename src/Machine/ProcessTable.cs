using System.Buffers;
using System.Globalization;
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
    /// <summary>Of the flags of <c>/proc/ID/stat</c> (<c>PF_KTHREAD</c> of Linux).</summary>
    private const uint KernelThread = 0x00200000;

    /// <summary>The same (<c>PF_EXITING</c>): it has given its memory back, and is no zombie yet.</summary>
    private const uint Exiting = 0x00000004;

    /// <summary>A change of the program takes microseconds, and longer where the process waits for a core.</summary>
    private static readonly TimeSpan Change = TimeSpan.FromSeconds(2);

    /// <summary>More than the environment of nearly every process.</summary>
    private const int Piece = 128 * 1024;

    /// <summary>So often a program must have been seen without an environment to have none.</summary>
    private const int Looks = 5;

    /// <summary>All processes that run now; zombies do not.</summary>
    public static IReadOnlyList<RunningProcess> Read() => [.. Ids().Select(Read).OfType<RunningProcess>()];

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
        return Ids().Where(id => Environment(id).AsSpan().IndexOf(bytes) >= 0).Select(ProcessIdentity.Of);
    }

    /// <summary>Whether this text stands in the process's environment.</summary>
    public static bool HasVariable(int id, string text) => Environment(id).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    private static IEnumerable<int> Ids() => !Directory.Exists("/proc") ? [] : Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id > 0);

    private static RunningProcess? Read(int id) => Fields(id) is not { } fields || fields.Values[0] is "Z" or "X"
        ? null
        : new(new(id, fields.Values[19]), fields.Name, Number(fields.Values[1]), Number(fields.Values[3]));

    /// <summary>What <c>/proc/ID/stat</c> has after the id; null when it is gone.</summary>
    private static (string Name, string[] Values)? Fields(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var (open, close) = (stat.IndexOf('('), stat.LastIndexOf(')'));
            // Counted after the name, which may hold spaces and parentheses.
            return (stat[(open + 1)..close], stat[(close + 2)..].Split(' '));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static int Number(string field) => int.Parse(field, CultureInfo.InvariantCulture);

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
    private static bool HasProgram(int id) => Fields(id) is { } fields && fields.Values[0] is not ("Z" or "X")
        && (uint.Parse(fields.Values[6], CultureInfo.InvariantCulture) & (KernelThread | Exiting)) == 0;

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
