namespace ChainBridge.TestKit.Assertions;

/// <summary>Two schemas side by side, only what differs.</summary>
internal static class SchemaDifference
{
    public static IReadOnlyList<string> Between(IReadOnlyList<SchemaObject> expected, IReadOnlyList<SchemaObject> found)
    {
        var before = expected.ToDictionary(one => one.Key);
        var after = found.ToDictionary(one => one.Key);
        var onlyBefore = Lone(before, after);
        var onlyAfter = Lone(after, before);
        return [.. before.Keys.Union(after.Keys).OrderBy(key => (before.GetValueOrDefault(key) ?? after[key]).Place, StringComparer.Ordinal)
            .SelectMany(key => (before.GetValueOrDefault(key), after.GetValueOrDefault(key)) switch
            {
                ({ } gone, null) => Whole('-', gone, onlyBefore),
                (null, { } come) => Whole('+', come, onlyAfter),
                ({ } was, { } now) => Changed(was, now),
                _ => [],
            })];
    }

    /// <summary>Names of the tables that only one side has: their columns and constraints add nothing.</summary>
    private static Dictionary<string, int> Lone(Dictionary<string, SchemaObject> these, Dictionary<string, SchemaObject> those) =>
        these.Values
            .Where(one => one.Kind == "table" && !those.ContainsKey(one.Key))
            .ToDictionary(table => table.Name, table => these.Values.Count(part => IsPart(part, table.Name)));

    private static bool IsPart(SchemaObject one, string table) =>
        one.Kind is "column" or "constraint" or "trigger" or "policy" && one.Name.StartsWith(table + ".", StringComparison.Ordinal);

    private static IEnumerable<string> Whole(char sign, SchemaObject one, Dictionary<string, int> lone)
    {
        if (one.Kind == "table" && lone.TryGetValue(one.Name, out var parts))
            return [$"{sign} {one.Key}, with {parts} columns and constraints"];
        if (lone.Keys.Any(table => IsPart(one, table))) return [];
        var more = one.Lines().Count > 1 ? $" (and {one.Lines().Count - 1} more lines)" : "";
        return [one.Definition == "" ? $"{sign} {one.Key}" : $"{sign} {one.Key}: {one.Lines()[0]}{more}"];
    }

    private static IEnumerable<string> Changed(SchemaObject was, SchemaObject now)
    {
        var (old, young) = (was.Lines(), now.Lines());
        if (old.SequenceEqual(young)) return [];
        if (old.Count <= 1 && young.Count <= 1) return [$"- {was.Key}: {was.Definition}", $"+ {now.Key}: {now.Definition}"];
        // Of a long definition only the part between the first and the last line that differ.
        var head = old.Zip(young).TakeWhile(pair => pair.First == pair.Second).Count();
        var tail = old.Skip(head).Reverse().Zip(young.Skip(head).Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();
        return [$"  {was.Key}, from its line {head + 1}:", .. old.Skip(head).SkipLast(tail).Select(line => $"-     {line}"),
            .. young.Skip(head).SkipLast(tail).Select(line => $"+     {line}")];
    }
}
