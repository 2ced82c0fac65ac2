using System.Text;

namespace ChainBridge.Fuzz;

/// <summary>
/// Changes result files the way broken disks, broken writers and malice would. The same random numbers make the same file.
/// </summary>
public sealed class Mutator(Random random, IReadOnlyList<Seed> seeds)
{
    private const int MostChanges = 4;

    private static readonly string[] Words =
    [
        "failed", "passed", "skipped", "failure", "error", "status", "result", "outcome", "tests", "failures", "errors", "testcase",
        "testsuite", "name",
        "summary", "Counters", "ResultSummary", "UnitTestResult", "Passed", "Failed", "NotExecuted", "executed", "total", "flaky",
        "retries", "disabled",
        "0", "1", "-1", "99999999999", "utf-8", "utf-16", "windows-1252", "<![CDATA[", "]]>", "<!--", "-->", "<", "/>", "\"", "{", "}", "[",
        "]", ",", ":",
        "\\ud800", "\\u0000", "&#27;", "&#0;", "&#xD800;", "&#xFFFF;", "&lt;", "<!DOCTYPE a>", "<failure/>", "<skipped/>",
        "<testcase name=\"x\"/>", "\u001B[31m", "\uFFFF",
    ];

    private static readonly byte[][] Bytes = [[0], [0xFF], [0xFE, 0xFF], [0xFF, 0xFE], [0xEF, 0xBB, 0xBF], [0xE9], [0xC3],
        [0xED, 0xA0, 0x80], [0x1B], [0x0D, 0x0A]];

    /// <summary>A seed with one to four changes.</summary>
    public (Seed Seed, byte[] Content) Next()
    {
        var seed = seeds[random.Next(seeds.Count)];
        var content = seed.Content.ToList();
        for (var changes = random.Next(1, MostChanges + 1); changes > 0 && content.Count > 0; changes--) Change(content, seed);
        return (seed, [.. content]);
    }

    private void Change(List<byte> content, Seed seed)
    {
        var at = random.Next(content.Count);
        switch (random.Next(10))
        {
            case 0: content[at] ^= (byte)(1 << random.Next(8)); break;
            case 1: content[at] = (byte)random.Next(256); break;
            case 2: content.InsertRange(at, Bytes[random.Next(Bytes.Length)]); break;
            case 3: content.InsertRange(at, Encoding.UTF8.GetBytes(Words[random.Next(Words.Length)])); break;
            case 4: content.RemoveRange(at, Length(content, at)); break;
            case 5: content.InsertRange(random.Next(content.Count), content.GetRange(at, Length(content, at))); break;
            case 6: content.RemoveRange(at, content.Count - at); break;
            case 7: Splice(content, seed, at); break;
            case 8: Recount(content); break;
            default: Reword(content); break;
        }
    }

    private int Length(List<byte> content, int at) =>
        Math.Min(content.Count - at, random.Next(2) == 0 ? random.Next(1, 16) : random.Next(1, 400));

    /// <summary>Puts a piece of another file of the same format in.</summary>
    private void Splice(List<byte> content, Seed seed, int at)
    {
        var alike = seeds.Where(other => other.Format == seed.Format).ToList();
        var other = alike[random.Next(alike.Count)].Content.ToList();
        var from = random.Next(other.Count);
        content.InsertRange(at, other.GetRange(from, Length(other, from)));
    }

    /// <summary>Writes another digit in the place of one, as in a count.</summary>
    private void Recount(List<byte> content)
    {
        var digits = Enumerable.Range(0, content.Count).Where(place => content[place] is >= (byte)'0' and <= (byte)'9').ToList();
        if (digits.Count > 0) content[digits[random.Next(digits.Count)]] = (byte)random.Next('0', '9' + 1);
    }

    /// <summary>Writes one word of the format in the place of another.</summary>
    private void Reword(List<byte> content)
    {
        var text = Encoding.Latin1.GetString([.. content]);
        var word = Words[random.Next(Words.Length)];
        var place = text.IndexOf(word, random.Next(text.Length), StringComparison.Ordinal);
        if (place < 0) return;
        content.RemoveRange(place, word.Length);
        content.InsertRange(place, Encoding.UTF8.GetBytes(Words[random.Next(Words.Length)]));
    }
}
