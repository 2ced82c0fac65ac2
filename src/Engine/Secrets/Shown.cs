using System.Globalization;
using System.Text;

namespace ChainBridge.Engine.Secrets;

/// <summary>
/// Text as it may reach a terminal. Names of tests, output of processes, logs and headers come from elsewhere: what in
/// them would move the cursor, colour, hide or reorder text is written out instead, e.g. <c>\u001b</c>.
/// </summary>
public static class Shown
{
    /// <summary>Begins each further line of a text, so that no text can begin a line that looks like the runner's own.</summary>
    public const string Continued = "  | ";

    /// <summary>The text's lines, the second and all further ones after <see cref="Continued"/>.</summary>
    public static IEnumerable<string> Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')
        .Select((line, index) => index == 0 ? OnOneLine(line) : Continued + OnOneLine(line));

    /// <summary>The text without anything that acts on a terminal; line ends are written out too. A tab becomes four spaces.</summary>
    public static string OnOneLine(string text)
    {
        if (!text.Any(Acts)) return text;
        var shown = new StringBuilder(text.Length + 16);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '\t') shown.Append("    ");
            else if (text[index] == '\n') shown.Append(@"\n");
            else if (text[index] == '\r') shown.Append(@"\r");
            else if (Rune.TryGetRuneAt(text, index, out var rune))
            {
                if (IsPlain(Rune.GetUnicodeCategory(rune))) shown.Append(rune.ToString());
                else shown.Append(rune.Value > 0xffff ? $@"\U{rune.Value:x8}" : $@"\u{rune.Value:x4}");
                index += rune.Utf16SequenceLength - 1;
            }
            else shown.Append(CultureInfo.InvariantCulture, $@"\u{(int)text[index]:x4}");
        }

        return shown.ToString();
    }

    /// <summary>Whether a character may need another form; of a pair of surrogates that is known only by both.</summary>
    private static bool Acts(char character) => !IsPlain(CharUnicodeInfo.GetUnicodeCategory(character));

    private static bool IsPlain(UnicodeCategory category) => category is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
}
