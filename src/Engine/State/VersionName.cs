using System.Text.RegularExpressions;
using ChainBridge.Engine.Hosts;

namespace ChainBridge.Engine.State;

/// <summary>Names of releases: <c>staging-20261124-1a2b3c4</c>, with <c>-dirty</c> for a tree with changes.</summary>
public static partial class VersionName
{
    /// <summary>
    /// The name for this state of the tree at this moment (UTC). A dirty tree has no content of its own to be named by,
    /// so a name already taken gets a number: <c>…-dirty-2</c>.
    /// </summary>
    public static string For(string environment, GitState git, DateTimeOffset now, Func<string, bool> taken)
    {
        var name = $"{environment}-{now.UtcDateTime:yyyyMMdd}-{git.ShortSha}{(git.Dirty ? "-dirty" : "")}";
        if (!git.Dirty || !taken(name)) return name;
        return Enumerable.Range(2, int.MaxValue - 2).Select(number => $"{name}-{number}").First(candidate => !taken(candidate));
    }

    /// <summary>Whether the text can be a version: it becomes a tag and a folder name.</summary>
    public static bool IsValid(string version) => Pattern().IsMatch(version);

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$")]
    private static partial Regex Pattern();
}
