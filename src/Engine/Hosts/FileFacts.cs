using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ChainBridge.Engine.Hosts;

/// <summary>What the file system says of a file without opening it; of a symbolic link, what it says of the file it points to.</summary>
/// <param name="Kind">In words: <c>regular file</c>, <c>FIFO</c>, <c>device</c> …</param>
/// <param name="Identity">The same for two names of one file.</param>
/// <param name="Modified">When its content was last written, or what a program set there.</param>
/// <param name="Changed">
/// When the file was last changed in any way; no program can set it. Where the system does not tell it, <paramref name="Modified"/>.
/// </param>
internal sealed record FileFacts(string Kind, string Identity, long Length, DateTimeOffset Modified, DateTimeOffset Changed)
{
    private const string RegularFile = "regular file";
    private const int WorkingFolder = -100;
    private const int OfTheHandle = 0x1000;

    /// <summary>Whether opening it cannot block, and reading it ends.</summary>
    public bool Regular => Kind == RegularFile;

    /// <summary>Facts about what stands at the path; null when nothing does, or a link there points to nothing.</summary>
    public static FileFacts? Of(string path) => OperatingSystem.IsLinux() ? Ask(WorkingFolder, path, 0) : Portable(path);

    /// <summary>Facts about an open file; null where the system does not tell them.</summary>
    public static FileFacts? Of(SafeFileHandle file) =>
        OperatingSystem.IsLinux() ? Ask((int)file.DangerousGetHandle(), "", OfTheHandle) : null;

    /// <summary>The fields are where <c>struct statx</c> of the kernel has them, on every processor.</summary>
    private static FileFacts? Ask(int folder, string path, int flags)
    {
        Span<byte> answer = stackalloc byte[256];
        var name = Encoding.UTF8.GetBytes(path + "\0");
        if (statx(folder, ref name[0], flags, 0x7ff, ref answer[0]) != 0) return null;
        var kind = (MemoryMarshal.Read<ushort>(answer[28..]) & 0xF000) switch
        {
            0x8000 => RegularFile, 0x4000 => "folder", 0x1000 => "FIFO", 0xC000 => "socket", 0x2000 or 0x6000 => "device", _ =>
                "file of an unknown kind",
        };
        var device = $"{MemoryMarshal.Read<uint>(answer[136..])}:{MemoryMarshal.Read<uint>(answer[140..])}";
        var (inode, length) = (MemoryMarshal.Read<ulong>(answer[32..]), MemoryMarshal.Read<long>(answer[40..]));
        return new(kind, $"{device}:{inode}", length, Time(answer[112..]), Time(answer[96..]));
    }

    private static DateTimeOffset Time(ReadOnlySpan<byte> field)
    {
        var (earliest, latest) = (DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds());
        var seconds = Math.Clamp(MemoryMarshal.Read<long>(field), earliest, latest);
        return DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(MemoryMarshal.Read<uint>(field[8..]) / 100);
    }

    /// <summary>Where the kernel is not asked (macOS), a link is followed and everything that is no folder counts as a file.</summary>
    private static FileFacts? Portable(string path)
    {
        var file = new FileInfo(path);
        var target = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true);
        if (target is not FileInfo { Exists: true } there) return null;
        var written = new DateTimeOffset(there.LastWriteTimeUtc, TimeSpan.Zero);
        return new(RegularFile, there.FullName, there.Length, written, written);
    }

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statx(int folder, ref byte path, int flags, uint mask, ref byte answer);
}
