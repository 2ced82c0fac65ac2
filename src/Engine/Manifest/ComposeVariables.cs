using System.Text;

namespace ChainBridge.Engine.Manifest;

/// <summary>
/// Fills in variables as Compose does: <c>$NAME</c>, <c>${NAME}</c>, and with <c>:-</c>, <c>-</c>, <c>:?</c>, <c>?</c>, <c>:+</c> or
/// <c>+</c> after the name; <c>$$</c> is a dollar.
/// </summary>
/// <param name="read">Returns a variable, or null when it is not set.</param>
/// <param name="missing">Gets the name of a required variable that has no value, and the message that the file has for it.</param>
internal sealed class ComposeVariables(Func<string, string?> read, Action<string, string> missing)
{
    public string Expand(string text)
    {
        var expanded = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '$' || at + 1 == text.Length)
            {
                expanded.Append(text[at]);
            }
            else if (text[at + 1] == '$')
            {
                expanded.Append('$');
                at++;
            }
            else if (text[at + 1] == '{' && Closing(text, at + 2) is { } end)
            {
                expanded.Append(Braced(text[(at + 2)..end]));
                at = end;
            }
            else
            {
                var name = Name(text, at + 1);
                expanded.Append(name.Length == 0 ? "$" : read(name));
                at += name.Length;
            }
        }

        return expanded.ToString();
    }

    private string Braced(string inside)
    {
        var name = Name(inside, 0);
        var rest = inside[name.Length..];
        var value = read(name);
        var emptyCounts = rest.StartsWith(':');
        if (emptyCounts) rest = rest[1..];
        var has = emptyCounts ? !string.IsNullOrEmpty(value) : value is not null;
        if (rest.Length == 0) return value ?? "";
        var word = rest[1..];
        if (rest[0] == '?' && !has) missing(name, Expand(word));
        return rest[0] switch
        {
            '-' => has ? value! : Expand(word),
            '+' => has ? Expand(word) : "",
            _ => value ?? "",
        };
    }

    /// <summary>Where the braces that were opened before <paramref name="at"/> close; null when they do not.</summary>
    private static int? Closing(string text, int at)
    {
        for (var depth = 1; at < text.Length; at++)
        {
            if (text[at] == '$' && at + 1 < text.Length && text[at + 1] == '{') depth++;
            else if (text[at] == '}' && --depth == 0) return at;
        }

        return null;
    }

    private static string Name(string text, int at)
    {
        var end = at;
        while (end < text.Length && (text[end] == '_' || char.IsAsciiLetter(text[end]) || (end > at && char.IsAsciiDigit(text[end]))))
            end++;
        return text[at..end];
    }
}
