using System.Diagnostics;

namespace ChainBridge.Tests.Unit.Engine.Notifications;

/// <summary>A repository of git in a temporary folder.</summary>
internal sealed class Clone : IDisposable
{
    public Clone() => Git("init", "-q");

    public string Folder { get; } = Directory.CreateTempSubdirectory("clone-").FullName;

    /// <summary>Makes an empty commit; its id.</summary>
    public string Commit(string subject)
    {
        Git("-c", "user.name=ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false", "commit", "-q", "--allow-empty", "-m",
            subject);
        return Git("rev-parse", "HEAD").Trim();
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private string Git(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true })!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode == 0 ? output : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {git.ExitCode}");
    }
}
