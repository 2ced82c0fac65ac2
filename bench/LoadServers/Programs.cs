using System.Diagnostics;

namespace ChainBridge.Bench.LoadServers;

/// <summary>Programs of this machine, each run to its end with a deadline; eng/load-tools.sh installs them.</summary>
internal static class Programs
{
    /// <summary>Debian's, which has Debian's packages.</summary>
    public const string Python = "/usr/bin/python3";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <summary>Where the servers' programs and settings are.</summary>
    public static string Folder(string root) => Path.Combine(root, "bench", "LoadServers", "Programs");

    /// <summary>The line in which a program says its version.</summary>
    public static async Task<string> VersionAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var (output, errors) = await RunAsync(new(program, arguments), cancellationToken);
        var line = (output.Length > 0 ? output : errors).Split('\n')[0].Trim();
        return line.Replace("nginx version: ", "", StringComparison.Ordinal).Replace("Running ", "", StringComparison.Ordinal)
            .Split(" with ")[0];
    }

    /// <summary>What a program writes; it must end with 0.</summary>
    /// <exception cref="InvalidOperationException">It did not, or is not there.</exception>
    public static async Task<(string Output, string Errors)> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Start(start);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return process.ExitCode == 0 ? (output, await errors)
                : throw new InvalidOperationException($"{start.FileName} ended with {process.ExitCode}: {await errors}{output}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"{start.FileName} did not end within {Deadline.TotalSeconds} s");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException($"{start.FileName} cannot be started ({missing.Message}): bash eng/load-tools.sh", missing);
        }
    }
}
