using System.Text;
using System.Text.RegularExpressions;

namespace ChainBridge.DeployRunner.Output;

/// <summary>
/// A page of the documentation as plain text: headings in capitals, paragraphs broken at <see cref="Width"/>, output of runs indented and
/// as it is, links as their words.
/// </summary>
internal static partial class PageText
{
    /// <summary>The longest line of a paragraph.</summary>
    public const int Width = 100;

    private const string Indent = "  ", OutputIndent = "      ";

    public static IEnumerable<string> Lines(string page)
    {
        var output = false;
        foreach (var line in page.TrimEnd().Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal)) output = !output;
            else if (output) yield return OutputIndent + line;
            else if (line.StartsWith("## ", StringComparison.Ordinal)) yield return line[3..].ToUpperInvariant();
            else if (line.StartsWith("# ", StringComparison.Ordinal)) yield return line[2..];
            else
                foreach (var part in Broken(Link().Replace(line, Words))) yield return part;
        }
    }

    /// <summary>Another page of the same kind is named by what prints it; the others are in the repository.</summary>
    private static string Words(Match link)
    {
        var (text, target) = (link.Groups["text"].Value, link.Groups["target"].Value.Split('#')[0]);
        return target.StartsWith("../", StringComparison.Ordinal) ? $"{text} (docs/{target[3..]})" : text;
    }

    /// <summary>Breaks between words; an item of a list goes on below its own text.</summary>
    private static IEnumerable<string> Broken(string text)
    {
        var hanging = Indent + new string(' ', Item().Match(text).Length);
        var line = new StringBuilder(text.Length == 0 ? "" : Indent);
        var empty = true;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!empty && line.Length + 1 + word.Length > Width)
            {
                yield return line.ToString();
                line.Clear().Append(hanging);
                empty = true;
            }

            line.Append(empty ? "" : " ").Append(word);
            empty = false;
        }

        yield return line.ToString();
    }

    [GeneratedRegex(@"\[(?<text>[^\]]*)\]\((?<target>[^)]*)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^(\d+\.|-|\*) ")]
    private static partial Regex Item();
}
