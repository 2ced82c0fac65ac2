namespace ChainBridge.Engine.Manifest;

/// <summary>A <c>${NAME}</c> or <c>${NAME:-default}</c> in a text.</summary>
/// <param name="Default">Where the default begins and ends in the text; null when there is none.</param>
/// <param name="End">Behind the closing brace.</param>
internal sealed record VariableReference(string Name, (int From, int To)? Default, int End)
{
    private const string Separator = ":-";

    /// <summary>Reads the reference that begins at <paramref name="open"/>; one of the two answers is null.</summary>
    public static (VariableReference? Reference, string? Problem) Read(string text, int open, int to)
    {
        const string malformed = "this ${…} is not closed or has no valid name";
        var name = open + 2;
        var behind = name;
        while (behind < to && (char.IsAsciiLetter(text[behind]) || text[behind] == '_' || behind > name && char.IsAsciiDigit(text[behind])))
            behind++;
        if (behind == name || behind == to) return (null, malformed);
        if (text[behind] == '}') return (new(text[name..behind], null, behind + 1), null);
        var from = behind + Separator.Length;
        if (string.CompareOrdinal(text, behind, Separator, 0, Separator.Length) != 0 || from > to) return (null, malformed);
        if ((Closing(text, from, to, quotes: true) ?? Closing(text, from, to, quotes: false)) is not { } close)
            return (null, $"the default of ${{{text[name..behind]}:-…}} is not closed: every {{ in it needs its }}");
        // A quote that is opened in the default and closed behind it: either brace may have been meant as the last one.
        return text[from..close].Count(letter => letter == '"') % 2 == 1 && text.IndexOf('}', close + 1) > text.IndexOf('"', close + 1)
            && text.IndexOf('"', close + 1) >= 0
            ? (null, $"where the default of ${{{text[name..behind]}:-…}} ends is ambiguous: a quote is open at its brace")
            : (new(text[name..behind], (from, close), close + 1), null);
    }

    /// <summary>
    /// The brace that closes a default. Braces in it count in pairs. A quoted string inside a pair may hold any brace, as in
    /// JSON; text that has a lone quote there is no JSON, and is read without regard to quotes.
    /// </summary>
    private static int? Closing(string text, int from, int to, bool quotes)
    {
        var depth = 1;
        for (var at = from; at < to; at++)
        {
            if (text[at] == '{') depth++;
            else if (text[at] == '}' && --depth == 0) return at;
            else if (quotes && depth > 1 && text[at] == '"')
            {
                for (at++; at < to && text[at] != '"'; at++)
                    if (text[at] == '\\') at++;
            }
        }

        return null;
    }
}
