using System.Text.RegularExpressions;

namespace ChainBridge.Supervisor;

/// <summary>Finds the line in which an ASP.NET service prints where it listens.</summary>
public static partial class ListeningLine
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    /// <summary>The address; null when the process ended without printing it, or has not printed it within 5 min.</summary>
    internal static async Task<Uri?> WaitAsync(string log, Task end, TimeProvider time)
    {
        var began = time.GetTimestamp();
        using var timer = new PeriodicTimer(Look, time);
        while (!end.IsCompleted && time.GetElapsedTime(began) < Deadline)
        {
            if (Find(await ReadAsync(log)) is { } address) return address;
            await timer.WaitForNextTickAsync();
        }

        return null;
    }

    /// <summary>The address in this output, plain or JSON; null when it is not there, or cut off before its end.</summary>
    public static Uri? Find(string output) => Line().Match(output) is { Success: true } match ? new Uri(match.Groups[1].Value) : null;

    private static async Task<string> ReadAsync(string log)
    {
        try
        {
            using var reader =
                new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            return await reader.ReadToEndAsync();
        }
        catch (IOException)
        {
            // Not there yet.
            return "";
        }
    }

    [GeneratedRegex(@"Now listening on: (https?://[^\s""\\]+)[\s""\\]")]
    private static partial Regex Line();
}
