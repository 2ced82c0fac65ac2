using System.Reflection;

namespace Tiny;

/// <summary>What was compiled into this build. Each fault is in the code of a release: nobody can switch it on from outside.</summary>
internal sealed class Release
{
    private static readonly Assembly Code = typeof(Release).Assembly;

    /// <summary>As the build was stamped; the commit stands behind a plus.</summary>
    public string Version { get; } = Code.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public string Commit { get; } = Code.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')
        .ElementAtOrDefault(1) ?? "unknown";

    /// <summary>One word: what is wrong with this release, or <c>fine</c>.</summary>
    public string Behaviour { get; } = Read("behaviour");

    /// <summary>One line per step: <c>SQL up | SQL down</c>, or only <c>SQL up</c> for a step that cannot be undone.</summary>
    public IReadOnlyList<Step> Steps { get; } = [.. Read("migrations").Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select((line, index) =>
            line.Split('|', StringSplitOptions.TrimEntries) is [var up, var down]
                ? new Step(index + 1, up, down)
                : new Step(index + 1, line.Trim(), null))];

    private static string Read(string name)
    {
        using var reader = new StreamReader(Code.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().Trim();
    }
}

/// <summary>A step of the schema.</summary>
internal sealed record Step(int Number, string Up, string? Down);
