namespace ChainBridge.Machine;

/// <summary>A file that one process at a time holds; the system lets go of it when the process ends, however it ends.</summary>
public static class FileLock
{
    /// <summary><c>EWOULDBLOCK</c>, which .NET hands on from <c>flock</c>. Anything else, as a full disk, is no reason to wait.</summary>
    private const int HeldOnLinux = 11;

    /// <inheritdoc cref="HeldOnLinux"/>
    private const int HeldOnMac = 35;

    /// <summary>Waits for the file and holds it until what is returned is disposed.</summary>
    /// <param name="onWait">Called once when another process has it.</param>
    /// <exception cref="TimeoutException">Another process held it for the whole of <paramref name="timeout"/>.</exception>
    public static async Task<FileStream> TakeAsync(
        string path, TimeSpan timeout, TimeProvider time, Action? onWait, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException held) when (IsHeld(held))
            {
                if (time.GetElapsedTime(began) > timeout)
                    throw new TimeoutException(
                        $"waited {timeout.TotalSeconds:0} s for another process to let go of {path}: {held.Message}", held);
            }

            onWait?.Invoke();
            onWait = null;
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken);
        }
    }

    /// <summary>Whether a file could not be opened because another process holds it.</summary>
    public static bool IsHeld(IOException failure) => failure.HResult is HeldOnLinux or HeldOnMac;
}
