using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ChainBridge.Engine.Manifest;

/// <summary>
/// A piece of YAML with its place. Unlike YamlDotNet's own model it keeps duplicate keys, so that all are reported at once.
/// </summary>
internal abstract record YamlValue(int Line, int Column)
{
    private const int Deepest = 50;

    /// <summary>Values of a file, each alias counted as often as it is written: a few lines of aliases can stand for billions.</summary>
    private const long Most = 1_000_000;

    /// <summary>This value and all in it, and how many of them stand in each other; aliases count as what they stand for.</summary>
    private (long Values, int Height) _extent = (1, 1);

    /// <summary>The tag it was written with, e.g. <c>!reset</c>; empty when it has none.</summary>
    public string Tag { get; init; } = "";

    /// <summary>Reads one document; throws <see cref="YamlException"/> on a syntax error. Null for a file without content.</summary>
    public static YamlValue? Parse(TextReader text)
    {
        var parser = new Parser(text);
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _)) return null;
        parser.Consume<DocumentStart>();
        var root = Read(parser, [], depth: 0);
        parser.Consume<DocumentEnd>();
        if (parser.Accept<DocumentStart>(out var second))
            throw new YamlException(second.Start, second.End, "a second document in one file");
        return root;
    }

    private static YamlValue Read(IParser parser, Dictionary<AnchorName, YamlValue> anchors, int depth)
    {
        var start = parser.Current!.Start;
        if (depth > Deepest) throw TooDeep(start);
        var (line, column) = ((int)start.Line, (int)start.Column);
        if (parser.TryConsume<AnchorAlias>(out var alias))
            return anchors.TryGetValue(alias.Value, out var known)
                ? known
                : throw new YamlException(alias.Start, alias.End, $"the alias *{alias.Value} has no anchor before it");

        var (anchor, tag) = (((NodeEvent)parser.Current!).Anchor, ((NodeEvent)parser.Current!).Tag);
        YamlValue value;
        if (parser.TryConsume<Scalar>(out var scalar))
            value = new YamlScalar(line, column, scalar.Value, scalar.Style == ScalarStyle.Plain);
        else if (parser.TryConsume<SequenceStart>(out _))
        {
            var items = new List<YamlValue>();
            while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(Read(parser, anchors, depth + 1));
            value = new YamlList(line, column, items);
        }
        else
        {
            parser.Consume<MappingStart>();
            var entries = new List<YamlEntry>();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var key = Read(parser, anchors, depth + 1);
                entries.Add(new YamlEntry(key, Read(parser, anchors, depth + 1)));
            }

            value = new YamlMap(line, column, YamlMerge.Apply(entries));
        }

        value._extent = Extent(value);
        if (value._extent.Height > Deepest + 1) throw TooDeep(start);
        if (value._extent.Values > Most) throw new YamlException(start, start, $"with its aliases this stands for more than {Most} values");
        if (!tag.IsEmpty && !tag.IsNonSpecific) value = value with { Tag = tag.Value };
        if (!anchor.IsEmpty) anchors[anchor] = value;
        return value;
    }

    private static (long Values, int Height) Extent(YamlValue value)
    {
        IEnumerable<YamlValue> inner = value switch
        {
            YamlList list => list.Items,
            YamlMap map => map.Entries.SelectMany(entry => new[] { entry.Key, entry.Value }),
            _ => [],
        };
        return inner.Aggregate((Values: 1L, Height: 1),
            (sum, one) => (sum.Values + one._extent.Values, Math.Max(sum.Height, one._extent.Height + 1)));
    }

    private static YamlException TooDeep(Mark at) => new(at, at, $"nested deeper than {Deepest} levels");
}

/// <param name="Plain">Written without quotes.</param>
internal sealed record YamlScalar(int Line, int Column, string Text, bool Plain) : YamlValue(Line, Column)
{
    /// <summary>Nothing was written: <c>key:</c>, <c>key: ~</c> or <c>key: null</c>.</summary>
    public bool IsNull => Plain && Text is "" or "~" or "null";
}

internal sealed record YamlList(int Line, int Column, IReadOnlyList<YamlValue> Items) : YamlValue(Line, Column);

internal sealed record YamlMap(int Line, int Column, IReadOnlyList<YamlEntry> Entries) : YamlValue(Line, Column);

internal sealed record YamlEntry(YamlValue Key, YamlValue Value);
