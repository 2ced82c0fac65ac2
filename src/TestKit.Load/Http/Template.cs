using System.Globalization;
using System.Text;

namespace ChainBridge.TestKit.Load.Http;

/// <summary>A text with places, taken apart once; one without places is answered as it is.</summary>
internal sealed class Template
{
    private readonly List<(string Text, bool IsPlace)> _parts;

    private Template(List<(string Text, bool IsPlace)> parts) => _parts = parts;

    /// <summary>It is the same every time.</summary>
    public bool IsFixed => _parts.TrueForAll(part => !part.IsPlace);

    /// <summary>The text of one that is.</summary>
    public string Fixed => string.Concat(_parts.Select(part => part.Text));

    public static Template Parse(string text)
    {
        var parts = new List<(string, bool)>();
        var at = 0;
        while (text.IndexOf("${", at, StringComparison.Ordinal) is >= 0 and var begin)
        {
            if (text.IndexOf('}', begin) is not (>= 0 and var end)) break;
            if (begin > at) parts.Add((text[at..begin], false));
            parts.Add((text[(begin + 2)..end], true));
            at = end + 1;
        }

        if (at < text.Length || parts.Count == 0) parts.Add((text[at..], false));
        return new(parts);
    }

    public static IEnumerable<string> Problems(string text, IReadOnlyDictionary<string, string>? row) => Parse(text)._parts
        .Where(part => part.IsPlace && !(part.Text is "n" or "user" or "uuid"
            || (part.Text.StartsWith("data.", StringComparison.Ordinal) && row?.ContainsKey(part.Text["data.".Length..]) == true)))
        .Select(part => $"nothing stands in for ${{{part.Text}}}: there are ${{n}}, ${{user}}, ${{uuid}}"
            + (row is null ? ", and ${data.NAME} with a data file"
                : $" and {string.Join(", ", row.Keys.Select(key => $"${{data.{key}}}"))}"));

    public string Fill(LoadUser user, DataFeed? feed)
    {
        if (_parts is [{ IsPlace: false, Text: var whole }]) return whole;
        var text = new StringBuilder();
        foreach (var (part, isPlace) in _parts)
            text.Append(!isPlace ? part : part switch
            {
                "n" => user.Iteration.ToString(CultureInfo.InvariantCulture),
                "user" => user.Number.ToString(CultureInfo.InvariantCulture),
                "uuid" => Guid.NewGuid().ToString(),
                _ => feed!.Row(user.Iteration)[part["data.".Length..]],
            });
        return text.ToString();
    }
}
