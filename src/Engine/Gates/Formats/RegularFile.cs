using System.Runtime.InteropServices;
using System.Text;
using ChainBridge.Engine.Hosts;
using Microsoft.Win32.SafeHandles;

namespace ChainBridge.Engine.Gates.Formats;

/// <summary>Opens regular files, and nothing else: a FIFO or a device would hold up its reader for as long as it likes.</summary>
internal static class RegularFile
{
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int BufferSize = 64 * 1024;

    /// <summary>Opens the file for reading. Opening never blocks, also when the file is exchanged meanwhile.</summary>
    /// <exception cref="ResultFileException">It is no regular file, or became another one.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static FileStream Open(string path)
    {
        var before = FileFacts.Of(path)
            ?? throw new ResultFileException(File.Exists(path) ? "it is a link that points to nothing" : "the file is not there any more");
        if (!before.Regular) throw new ResultFileException($"it is a {before.Kind}, not a regular file, and was not opened");
        if (!OperatingSystem.IsLinux()) return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, BufferSize);
        var name = Encoding.UTF8.GetBytes(path + "\0");
        var handle = new SafeFileHandle(open(ref name[0], NonBlocking | CloseOnExec), ownsHandle: true);
        if (handle.IsInvalid) throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        if (FileFacts.Of(handle) is { Regular: true } opened && opened.Identity == before.Identity)
            return new FileStream(handle, FileAccess.Read, BufferSize);
        handle.Dispose();
        throw new ResultFileException("the file was exchanged for another while it was opened");
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open(ref byte path, int flags);
}
