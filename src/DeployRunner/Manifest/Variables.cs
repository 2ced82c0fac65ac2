using System.Text.RegularExpressions;

namespace ChainBridge.DeployRunner.Manifest;

/// <summary>Expands <c>${NAME}</c> and <c>${NAME:-default}</c>; leaves <c>${{ … }}</c> to the target.</summary>
internal sealed partial class Variables(Func<string, string?> read, Problems problems)
{
    /// <summary>The expanded text; null after a problem was noted.</summary>
    public string? Expand(YamlScalar scalar)
    {
        var failed = false;
        var expanded = Pattern().Replace(scalar.Text, match =>
        {
            var column = scalar.Column + (scalar.Plain ? match.Index : match.Index + 1);
            if (!match.Groups["name"].Success)
            {
                problems.Add(scalar.Line, column, "this ${…} is not closed or has no valid name", "write ${NAME} or ${NAME:-default}");
                failed = true;
                return match.Value;
            }

            var name = match.Groups["name"].Value;
            var value = read(name);
            if (match.Groups["default"].Success) return string.IsNullOrEmpty(value) ? match.Groups["default"].Value : value;
            if (value is not null) return value;
            problems.Add(scalar.Line, column, $"the environment variable {name} is not set", $"set {name}, or give a default: ${{{name}:-default}}");
            failed = true;
            return match.Value;
        });
        return failed ? null : expanded;
    }

    [GeneratedRegex(@"\$\{(?!\{)(?:(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<default>[^}]*))?\})?")]
    private static partial Regex Pattern();
}
