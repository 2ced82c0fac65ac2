using System.Globalization;

namespace ChainBridge.TestKit.Assertions;

/// <summary>How things are written in failures.</summary>
internal static class Text
{
    /// <summary>Seconds to the millisecond, or milliseconds when short.</summary>
    public static string Span(TimeSpan span) => span.TotalSeconds is > -1 and < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0.#} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.##} s");

    /// <summary>FluentAssertions takes braces in a message for placeholders.</summary>
    public static string Raw(string text) => text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);

    /// <summary>The first characters of a text, and how many more there were.</summary>
    public static string Excerpt(string text, int length = 500) =>
        text.Length <= length ? text : $"{text[..length]}… ({text.Length - length} more characters)";

    /// <summary>Each line two spaces in.</summary>
    public static string Indent(string text) => "  " + text.TrimEnd().Replace("\n", "\n  ", StringComparison.Ordinal);
}
