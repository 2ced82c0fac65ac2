using System.Text;
using System.Text.RegularExpressions;

namespace ChainBridge.Engine.Platforms;

/// <summary>What a <c>.dockerignore</c> leaves out: the last pattern that matches a file or a folder above it decides.</summary>
internal sealed class DockerIgnore
{
    private readonly List<(Regex Pattern, bool Ignored)> _rules = [];

    /// <param name="lines">Of the file.</param>
    public DockerIgnore(IEnumerable<string> lines)
    {
        foreach (var line in lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var back = line[0] == '!';
            var pattern = (back ? line[1..] : line).Trim().Trim('/');
            if (pattern.StartsWith("./", StringComparison.Ordinal)) pattern = pattern[2..];
            if (pattern.Length > 0) _rules.Add((Of(pattern), !back));
        }
    }

    /// <summary>The one of a context; one that ignores nothing where there is none.</summary>
    public static DockerIgnore Read(string context) =>
        Path.Combine(context, ".dockerignore") is var file && File.Exists(file) ? new(File.ReadLines(file)) : new([]);

    /// <summary>Whether something in a folder that is left out may be taken in again.</summary>
    public bool TakesBack => _rules.Any(rule => !rule.Ignored);

    /// <summary>Whether the file, named from the context on, is left out.</summary>
    public bool Ignores(string file)
    {
        var ignored = false;
        foreach (var (pattern, says) in _rules) if (says != ignored && pattern.IsMatch(file)) ignored = says;
        return ignored;
    }

    /// <summary><c>*</c> and <c>?</c> stand for characters of one name, <c>**</c> for any number of folders.</summary>
    private static Regex Of(string pattern)
    {
        var text = new StringBuilder("^");
        for (var at = 0; at < pattern.Length; at++)
            if (pattern[at..].StartsWith("**/", StringComparison.Ordinal)) (_, at) = (text.Append("(?:.*/)?"), at + 2);
            else if (pattern[at..].StartsWith("**", StringComparison.Ordinal)) (_, at) = (text.Append(".*"), at + 1);
            else if (pattern[at] == '*') text.Append("[^/]*");
            else if (pattern[at] == '?') text.Append("[^/]");
            else if (pattern[at] == '[' && pattern.IndexOf(']', at + 1) is > 0 and var end)
                (_, at) = (text.Append($"[{pattern[(at + 1)..end].Replace("\\", "\\\\", StringComparison.Ordinal)}]"), end);
            else if (pattern[at] == '\\' && at + 1 < pattern.Length) text.Append(Regex.Escape($"{pattern[++at]}"));
            else text.Append(Regex.Escape($"{pattern[at]}"));
        return new Regex($"{text}(?:/.*)?$", RegexOptions.CultureInvariant | RegexOptions.Singleline, TimeSpan.FromSeconds(5));
    }
}
