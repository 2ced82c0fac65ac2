using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChainBridge.Engine.Manifest;

namespace ChainBridge.Tests.Unit.Engine.Manifest;

/// <summary>Walks a JSON Schema, as far as this one goes: references, alternatives, properties, items.</summary>
internal static partial class SchemaKeys
{
    /// <summary>Whether the schema knows the key: <c>gates.smoke.probes[0].path</c>.</summary>
    public static bool Has(JsonNode schema, string key)
    {
        IEnumerable<JsonNode> nodes = [schema];
        foreach (Match part in Part().Matches(key))
            nodes = [.. nodes.SelectMany(node => Alternatives(schema, node)).Select(node => part.Value.StartsWith('[')
                ? node["items"]
                : node["properties"]?[part.Value] ?? (node["additionalProperties"] as JsonObject)).OfType<JsonNode>()];
        return nodes.Any();
    }

    /// <summary>A value with every key there is.</summary>
    /// <param name="alternative">Which one is taken where there are several.</param>
    public static JsonNode Sample(JsonNode schema, int alternative) => Of(schema, schema, alternative);

    /// <summary>A YAML value as JSON.</summary>
    public static JsonNode? Json(YamlValue? value) => value switch
    {
        YamlMap map => new JsonObject(map.Entries.Select(entry =>
            KeyValuePair.Create(((YamlScalar)entry.Key).Text, Json(entry.Value)))),
        YamlList list => new JsonArray([.. list.Items.Select(Json)]),
        YamlScalar { IsNull: true } => null,
        YamlScalar { Plain: true, Text: "true" or "false" } flag => JsonValue.Create(flag.Text == "true"),
        YamlScalar { Plain: true } number when double.TryParse(number.Text, CultureInfo.InvariantCulture, out var parsed) =>
            parsed == Math.Floor(parsed) ? JsonValue.Create((long)parsed) : JsonValue.Create(parsed),
        YamlScalar text => JsonValue.Create(text.Text),
        _ => null,
    };

    private static JsonNode Of(JsonNode schema, JsonNode node, int alternative)
    {
        if (node["examples"]?[0] is { } example) return example.DeepClone();
        if (node["$ref"] is { } reference) return Of(schema, Referred(schema, reference), alternative);
        if (node["enum"]?[0] is { } first) return first.DeepClone();
        if (node["properties"] is null && node["anyOf"] is JsonArray all)
            return Of(schema, all[Math.Min(alternative, all.Count - 1)]!, alternative);
        if (node["type"]?.ToString() == "array") return new JsonArray(Of(schema, node["items"]!, alternative));
        var sample = new JsonObject();
        foreach (var (name, property) in node["properties"]?.AsObject() ?? []) sample[name] = Of(schema, property!, alternative);
        if (node["additionalProperties"] is JsonObject others) sample["one"] = Of(schema, others, alternative);
        return sample;
    }

    private static IEnumerable<JsonNode> Alternatives(JsonNode schema, JsonNode node)
    {
        if (node["$ref"] is { } reference) return Alternatives(schema, Referred(schema, reference));
        return node["properties"] is null && node["anyOf"] is JsonArray all
            ? all.SelectMany(one => Alternatives(schema, one!)) : [node];
    }

    private static JsonNode Referred(JsonNode schema, JsonNode reference) =>
        schema["$defs"]![reference.ToString()["#/$defs/".Length..]]!;

    [GeneratedRegex(@"\[\d+\]|[^.\[\]]+")]
    private static partial Regex Part();
}
