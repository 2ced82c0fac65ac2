using System.Globalization;
using System.Text.RegularExpressions;
using ChainBridge.Machine;

namespace ChainBridge.LocalServers;

/// <summary>
/// Where a server of one run keeps its data: thrown away at the end, so it need not reach a disk. The folder's name holds
/// its owner, so that it has one from the moment it is made: <c>cb-KIND-HOST-PID-START-RANDOM</c>.
/// </summary>
/// <param name="Host">The machine and process namespace in which the process id means something.</param>
internal sealed partial record ScratchFolder(string Path, string Kind, string Host, ProcessIdentity Owner)
{
    private const string RamDisk = "/dev/shm";

    /// <summary>Less than this is left to others; Docker gives a container 64 MB there.</summary>
    private const long Enough = 2_000_000_000;

    /// <summary>Whether the owner is known to be gone. Of one that runs elsewhere nothing is known.</summary>
    public bool IsAbandoned => Host == ThisHost() && !Owner.Running;

    /// <summary>
    /// A name for a new folder of this process, on the RAM disk when there is one with 2 GB to spare, else among the
    /// temporary files; copying a cluster there takes a tenth of the time. <c>CHAINBRIDGE_SCRATCH</c> names another place.
    /// </summary>
    public static string Name(string kind) => NameIn(Places().First(), kind);

    /// <summary>The same, in a place that is given.</summary>
    public static string NameIn(string place, string kind)
    {
        var owner = ProcessIdentity.Of(Environment.ProcessId);
        // Short: a Unix socket's path may have 107 characters.
        return System.IO.Path.Combine(place,
            FormattableString.Invariant($"cb-{kind}-{ThisHost()}-{owner.Id}-{owner.Start}-{Guid.NewGuid().ToString("N")[..8]}"));
    }

    /// <summary>The folder for a name that another process gives.</summary>
    public static (string Place, string Host) PlaceAndHost() => (System.IO.Path.TrimEndingDirectorySeparator(Places().First()), ThisHost());

    /// <summary>All folders that processes gave such names to, in every place where they are kept.</summary>
    public static IEnumerable<ScratchFolder> All() => Places().Append(System.IO.Path.GetTempPath()).Append(RamDisk).Where(Directory.Exists)
        .Select(System.IO.Path.TrimEndingDirectorySeparator).Distinct()
        .SelectMany(place => Directory.EnumerateDirectories(place, "cb-*")).Select(Parse).OfType<ScratchFolder>();

    /// <summary>Null when the name is none of ours.</summary>
    public static ScratchFolder? Parse(string path) =>
        OurName().Match(System.IO.Path.GetFileName(path)) is { Success: true, Groups: var part }
            && int.TryParse(part["pid"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new(path, part["kind"].Value, part["host"].Value, new(id, part["start"].Value)) : null;

    private static IEnumerable<string> Places()
    {
        if (Environment.GetEnvironmentVariable("CHAINBRIDGE_SCRATCH") is { Length: > 0 } named) yield return named;
        if (HasRoom(RamDisk)) yield return RamDisk;
        yield return System.IO.Path.GetTempPath();
    }

    /// <summary>Another container on this machine that shares the place has process ids of its own.</summary>
    private static string ThisHost()
    {
        // FNV-1a: nothing secret, and it needs no library of cryptography at every start.
        var hash = 2166136261;
        foreach (var letter in $"{Environment.MachineName}/{new FileInfo("/proc/self/ns/pid").LinkTarget}")
            hash = (hash ^ letter) * 16777619;
        return (hash & 0xffffff).ToString("x6", CultureInfo.InvariantCulture);
    }

    private static bool HasRoom(string place)
    {
        try
        {
            return Directory.Exists(place) && new DriveInfo(place) is { DriveFormat: "tmpfs", AvailableFreeSpace: >= Enough };
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [GeneratedRegex("^cb-(?<kind>[a-z]+)-(?<host>[0-9a-f]{6})-(?<pid>[0-9]+)-(?<start>[0-9a-z]+)-[0-9a-f]{8}$")]
    private static partial Regex OurName();
}
