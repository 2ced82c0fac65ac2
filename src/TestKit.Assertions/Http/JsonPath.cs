using System.Text.Json;

namespace ChainBridge.TestKit.Assertions;

/// <summary>Property names with dots between and numbers in brackets: <c>items[0].amount</c>; empty for the whole body.</summary>
internal static class JsonPath
{
    /// <summary>The element there; null, and how far the path led, when there is none.</summary>
    public static JsonElement? Find(JsonElement root, string path, out string problem)
    {
        problem = "";
        var here = root;
        var walked = "the body";
        foreach (var step in Steps(path))
        {
            var index = 0;
            var isIndex = step.StartsWith('[') && int.TryParse(step.Trim('[', ']'), out index);
            var next = here switch
            {
                { ValueKind: JsonValueKind.Array } when isIndex && index >= 0 && index < here.GetArrayLength() => here[index],
                { ValueKind: JsonValueKind.Object } when !isIndex && here.TryGetProperty(step, out var property) => property,
                _ => (JsonElement?)null,
            };
            if (next is null)
            {
                problem = here.ValueKind switch
                {
                    JsonValueKind.Object =>
                        $"{walked} has no '{step}', only {string.Join(", ", here.EnumerateObject().Select(property => property.Name))}",
                    JsonValueKind.Array => $"{walked} is an array of {here.GetArrayLength()}, which has no {step}",
                    _ => $"{walked} is {here.GetRawText()}, which has no {step}",
                };
                return null;
            }

            (here, walked) = (next.Value, walked == "the body" ? step : isIndex ? walked + step : $"{walked}.{step}");
        }

        return here;
    }

    private static IEnumerable<string> Steps(string path) =>
        path.Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries);
}
