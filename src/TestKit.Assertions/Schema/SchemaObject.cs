namespace ChainBridge.TestKit.Assertions;

/// <summary>One thing of a schema.</summary>
/// <param name="Kind"><c>table</c>, <c>column</c>, …</param>
/// <param name="Name">With its schema, and its table where it has one.</param>
/// <param name="Definition">As PostgreSQL writes it.</param>
internal sealed record SchemaObject(string Kind, string Name, string Definition)
{
    public const string Indent = "    ";

    private const string Separator = ": ";

    public string Key => $"{Kind} {Name}";

    /// <summary>Where it stands in a list.</summary>
    public string Place => $"{Name} {Kind}";

    public static SchemaObject Parse(string text)
    {
        // No kind has a blank but one, and no name that needs no quotes has ": ".
        var kind = text.StartsWith("materialized view ", StringComparison.Ordinal) ? "materialized view" : text.Split(' ')[0];
        var rest = text.Length > kind.Length ? text[(kind.Length + 1)..] : "";
        var end = rest.IndexOf(Separator, StringComparison.Ordinal);
        return end < 0 ? new(kind, rest, "") : new(kind, rest[..end], rest[(end + Separator.Length)..]);
    }

    public string ToText() => Definition == "" ? Key : $"{Key}{Separator}{string.Join("\n" + Indent, Lines())}";

    /// <summary>The lines of the definition, without blanks at the ends: a text file does not keep them.</summary>
    public IReadOnlyList<string> Lines() =>
        [.. Definition.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0)];
}
