using System.Text.RegularExpressions;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>What a Dockerfile says of where an image comes from, as far as it decides whether a build can be left out.</summary>
internal sealed partial class DockerfileText
{
    private static readonly string[] OfTheRelease = ["VERSION", "COMMIT", "BUILD_DATE"];

    private readonly string _text;
    private readonly bool _otherSyntax;

    public DockerfileText(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        _otherSyntax = lines.TakeWhile(line => line.StartsWith('#')).Select(line => Syntax().Match(line)).Any(match => match.Success
            && !match.Groups[1].Value.StartsWith("docker/dockerfile", StringComparison.Ordinal));
        _text = string.Join('\n', lines.Where(line => !line.TrimStart().StartsWith('#'))).Replace("\\\n", " ", StringComparison.Ordinal);
    }

    /// <summary>Whether it takes what only this release has: its image is another one with each.</summary>
    public bool TakesRelease => Arguments().Matches(_text)
        .Any(taken => OfTheRelease.Any(name => Regex.IsMatch(taken.Groups[1].Value, $@"\b{name}\b", RegexOptions.CultureInvariant)));

    /// <summary>
    /// The images that it begins with or copies from; null where they are not known from the text, or where it fetches something that may
    /// be another one tomorrow.
    /// </summary>
    /// <param name="arguments">Build arguments with their values.</param>
    public IReadOnlyList<string>? Images(IReadOnlyDictionary<string, string> arguments)
    {
        if (_otherSyntax || Fetches().IsMatch(_text)) return null;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var first = From().Match(_text) is { Success: true } begin ? begin.Index : 0;
        foreach (Match argument in Argument().Matches(_text[..first]))
            values[argument.Groups[1].Value] = argument.Groups[2].Value.Trim('"', '\'');
        foreach (var (name, value) in arguments) values[name] = value;
        var stages = From().Matches(_text).Select(from => from.Groups["stage"].Value).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var named = From().Matches(_text).Select(from => Filled(from.Groups["image"].Value, values))
            .Concat(CopiedFrom().Matches(_text).Select(from => Filled(from.Groups[1].Value.Trim('"', '\''), values)))
            .Where(image => image != "scratch" && !stages.Contains(image) && !image.All(char.IsAsciiDigit))
            .Distinct().Order(StringComparer.Ordinal).ToList();
        return named.Any(image => image.Length == 0 || image.Contains('$', StringComparison.Ordinal)) ? null : named;
    }

    private static string Filled(string text, Dictionary<string, string> values) => Variable().Replace(text, variable =>
        values.TryGetValue(variable.Groups["name"].Value, out var value) && value.Length > 0 ? value
            : variable.Groups["else"].Success ? variable.Groups["else"].Value : variable.Value);

    [GeneratedRegex(@"^#\s*syntax\s*=\s*(\S+)", RegexOptions.IgnoreCase)]
    private static partial Regex Syntax();

    [GeneratedRegex(@"^[ \t]*(?:ONBUILD[ \t]+)?ARG[ \t]+(.*)$", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex Arguments();

    [GeneratedRegex(@"^[ \t]*ARG[ \t]+(\w+)=(\S+)", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex Argument();

    [GeneratedRegex(@"^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(?<image>\S+)(?:[ \t]+AS[ \t]+(?<stage>\S+))?",
        RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex From();

    [GeneratedRegex(@"\bfrom=([^\s,]+)", RegexOptions.IgnoreCase)]
    private static partial Regex CopiedFrom();

    /// <summary>From an address, with a secret, or over SSH: none of it is in the context.</summary>
    [GeneratedRegex(@"^[ \t]*ADD[ \t].*(?:://|git@)|--mount=\S*type=(?:secret|ssh)", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex Fetches();

    [GeneratedRegex(@"\$\{(?<name>\w+)(?::-(?<else>[^}]*))?\}|\$(?<name>\w+)")]
    private static partial Regex Variable();
}
