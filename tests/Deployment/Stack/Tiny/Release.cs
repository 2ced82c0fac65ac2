using System.Reflection;

namespace Tiny;

/// <summary>
/// What this build is. It was compiled in, or stands in files of the same name beside the program, which are part of an image.
/// Each fault is in a release: it cannot be switched on from outside.
/// </summary>
internal sealed class Release
{
    private static readonly Assembly Code = typeof(Release).Assembly;

    /// <summary>As the build was stamped; the commit stands behind a plus.</summary>
    public string Version { get; } = Stamp().Split('+')[0];

    public string Commit { get; } = Stamp().Split('+').ElementAtOrDefault(1) ?? "unknown";

    /// <summary>One word: what is wrong with this release, or <c>fine</c>.</summary>
    public string Behaviour { get; } = Read("behaviour");

    /// <summary>One line per step: <c>SQL up | SQL down</c>, or only <c>SQL up</c> for a step that cannot be undone.</summary>
    public IReadOnlyList<Step> Steps { get; } = [.. Read("migrations").Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select((line, index) =>
            line.Split('|', StringSplitOptions.TrimEntries) is [var up, var down]
                ? new Step(index + 1, up, down)
                : new Step(index + 1, line.Trim(), null))];

    private static string Stamp() =>
        Beside("version") ?? OfCopy() ?? Code.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>A copy that the process target runs stands in builds/VERSION/SERVICE, and no build stamps it.</summary>
    private static string? OfCopy() => AppContext.BaseDirectory.TrimEnd('/').Split('/') is
        [.., "builds", var version, _, "published"] ? version : null;

    private static string? Beside(string name) =>
        Path.Combine(AppContext.BaseDirectory, $"{name}.txt") is var file && File.Exists(file) ? File.ReadAllText(file).Trim() : null;

    private static string Read(string name)
    {
        if (Beside(name) is { } text) return text;
        using var reader = new StreamReader(Code.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().Trim();
    }
}

/// <summary>A step of the schema.</summary>
internal sealed record Step(int Number, string Up, string? Down);
