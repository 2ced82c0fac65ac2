using ChainBridge.Engine.Model;
using ChainBridge.Machine;

namespace ChainBridge.Engine.Hosts;

/// <summary>A <see cref="FileLock"/> in the runner's words.</summary>
internal static class FileGuard
{
    /// <summary>Waits for the lock and holds it until the stream is disposed.</summary>
    /// <param name="what">What is waited for, where the path alone does not say it.</param>
    /// <param name="onWait">Called once when another runner has it.</param>
    /// <exception cref="EngineException"><see cref="Failure.Locked"/>: it was not free within the deadline.</exception>
    public static async Task<FileStream> TakeAsync(
        string path, TimeSpan deadline, TimeProvider time, Action? onWait, CancellationToken cancellationToken, string? what = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            return await FileLock.TakeAsync(path, deadline, time, onWait, cancellationToken);
        }
        catch (TimeoutException late)
        {
            throw new EngineException(Failure.Locked,
                what is null ? late.Message : $"waited {deadline.TotalSeconds:0} s for {what}: {late.InnerException!.Message}",
                "look for another deployrunner that hangs", late);
        }
    }
}
