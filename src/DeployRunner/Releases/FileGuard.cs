namespace ChainBridge.DeployRunner.Releases;

/// <summary>An operating-system lock on a file: it dies with its process, however that ends.</summary>
internal static class FileGuard
{
    /// <summary>Waits for the lock and holds it until the stream is disposed.</summary>
    /// <param name="what">What is waited for, where the path alone does not say it.</param>
    /// <param name="onWait">Called once when somebody else has it.</param>
    /// <exception cref="RunnerException">Exit code 15: it was not free within the deadline.</exception>
    public static async Task<FileStream> TakeAsync(string path, TimeSpan deadline, TimeProvider time, Action? onWait, CancellationToken cancellationToken, string? what = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException busy)
            {
                if (time.GetElapsedTime(started) > deadline)
                    throw new RunnerException(ExitCode.Locked, $"waited {deadline.TotalSeconds:0} s for {(what is null ? path : $"{what} ({path})")}: {busy.Message}", "look for another deployrunner that hangs", busy);
            }

            onWait?.Invoke();
            onWait = null;
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken);
        }
    }
}
