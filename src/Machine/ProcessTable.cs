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

    private static RunningProcess? Read(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var (open, close) = (stat.IndexOf('('), stat.LastIndexOf(')'));
            // Counted after the name, which may hold spaces and parentheses.
            var fields = stat[(close + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : new(new(id, fields[19]), stat[(open + 1)..close], Number(fields[1]), Number(fields[3]));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static int Number(string field) => int.Parse(field, CultureInfo.InvariantCulture);

    /// <summary>Empty for one that is gone, or that this user may not read.</summary>
    private static byte[] Environment(int id)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{id}/environ");
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
