using System.Text.RegularExpressions;

namespace ChainBridge.TestKit.Load.Yaml;

/// <summary>
/// <c>${NAME}</c> and <c>${NAME:-default}</c> of the environment, in capitals; the places of a request (<c>${n}</c>, <c>${data.x}</c>) are
/// left as they are.
/// </summary>
internal static partial class YamlVariables
{
    public static string Fill(string text, Func<string, string?> variable, YamlPlace place) => Form().Replace(text, match =>
        variable(match.Groups["name"].Value) is { Length: > 0 } value ? value
            : match.Groups["default"] is { Success: true, Value: var otherwise } ? otherwise
            : throw place.Wrong($"names the environment variable {match.Groups["name"].Value}, which is not set: set it, or give a default "
                + $"as in ${{{match.Groups["name"].Value}:-value}}"));

    [GeneratedRegex(@"\$\{(?<name>[A-Z][A-Z0-9_]*)(?::-(?<default>[^}]*))?\}")]
    private static partial Regex Form();
}
