namespace ChainBridge.Engine.Commands;

/// <summary>What is asked of git, as argument lists.</summary>
internal static class GitCommands
{
    /// <summary>The full id of the commit that is checked out.</summary>
    public static Command Head(string folder) => Command.Ask("git", "rev-parse", "HEAD") with { Folder = folder };

    /// <summary>When the commit that is checked out was made.</summary>
    public static Command CommitTime(string folder) =>
        Command.Ask("git", "show", "--no-show-signature", "--no-patch", "--format=%cI", "HEAD") with { Folder = folder };

    /// <summary>The address of the remote <c>origin</c>, which may hold a login; fails where there is none.</summary>
    public static Command Origin(string folder) => Command.Ask("git", "config", "--get", "remote.origin.url") with { Folder = folder };

    /// <summary>The branch that is checked out; fails where none is.</summary>
    public static Command Branch(string folder) =>
        Command.Ask("git", "symbolic-ref", "--quiet", "--short", "HEAD") with { Folder = folder };

    /// <summary>The branches whose tip the commit is, here and at remotes, in full: <c>refs/remotes/origin/main</c>.</summary>
    public static Command Tips(string folder) => Command.Ask("git", "for-each-ref", "--points-at", "HEAD", "--format", "%(refname)",
        "refs/heads", "refs/remotes") with { Folder = folder };

    /// <summary>Full path of what git keeps about this checkout; each worktree has its own.</summary>
    public static Command GitFolder(string folder) => Command.Ask("git", "rev-parse", "--absolute-git-dir") with { Folder = folder };

    /// <summary>The files below a folder that git does not ignore, tracked or not, each ended by a NUL.</summary>
    public static Command Files(string folder) =>
        Command.Ask("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard") with { Folder = folder };

    /// <summary>A line for each file that differs from the commit, untracked ones included.</summary>
    public static Command Changes(string folder) => Command.Ask("git", "status", "--porcelain") with { Folder = folder };

    /// <summary>The commits that one has and another has not, the newest first: a line each, with a short id and the subject.</summary>
    /// <param name="most">How many lines at most.</param>
    public static Command Subjects(string folder, string without, string with, int most) =>
        Command.Ask("git", "log", "--no-show-signature", "--format=%h %s", $"--max-count={most}", $"{without}..{with}", "--")
            with { Folder = folder, Timeout = TimeSpan.FromSeconds(10) };
}
