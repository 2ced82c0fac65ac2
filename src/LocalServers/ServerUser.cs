using System.Diagnostics;

namespace ChainBridge.LocalServers;

/// <summary>PostgreSQL refuses to run as root; as root it runs as <c>postgres</c>, or <c>nobody</c> where there is none.</summary>
public static class ServerUser
{
    /// <summary>The command, prefixed so that it runs as the server's user.</summary>
    public static IEnumerable<string> Command(params IEnumerable<string> command) =>
        Environment.IsPrivilegedProcess ? ["setpriv", $"--reuid={Name()}", $"--regid={Group()}", "--clear-groups", .. command] : command;

    /// <summary>The user and group who own the server's files, as chown takes them; null when that is our own.</summary>
    public static string? Owner() => Environment.IsPrivilegedProcess ? $"{Name()}:{Group()}" : null;

    /// <summary>Gives a folder to the server's user; nothing to do when that is us.</summary>
    public static async Task OwnAsync(string folder, CancellationToken cancellationToken)
    {
        if (Environment.IsPrivilegedProcess) await RunAsync(["chown", "-R", $"{Name()}:{Group()}", folder], cancellationToken);
    }

    /// <summary>Runs a short command to its end.</summary>
    /// <exception cref="ServerStartException">It failed; has its output.</exception>
    public static async Task RunAsync(IEnumerable<string> command, CancellationToken cancellationToken)
    {
        var words = command.ToList();
        using var process = Process.Start(new ProcessStartInfo(words[0],
            words.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
                throw new ServerStartException(
                    $"{string.Join(' ', words)} ended with exit code {process.ExitCode}:\n{await output}{await errors}");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static string Name() => Has("postgres") ? "postgres" : "nobody";

    private static string Group() => Has("postgres") ? "postgres" : "nogroup";

    private static bool Has(string user) =>
        File.Exists("/etc/passwd") && File.ReadLines("/etc/passwd").Any(line => line.StartsWith($"{user}:", StringComparison.Ordinal));
}
