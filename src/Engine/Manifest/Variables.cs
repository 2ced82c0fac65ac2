using System.Text;

namespace ChainBridge.Engine.Manifest;

/// <summary>
/// Expands <c>${NAME}</c> and <c>${NAME:-default}</c>; leaves <c>${{ … }}</c> to the target. A default may hold braces in
/// pairs, and further references, which are read only when the default is used.
/// </summary>
internal sealed class Variables(Func<string, string?> read, Problems problems)
{
    /// <summary>The expanded text; null after a problem was noted.</summary>
    public string? Expand(YamlScalar scalar) => Expand(scalar, 0, scalar.Text.Length);

    /// <summary>Expands a part of the text. The whole is kept, so that a problem inside a default is reported with its own place.</summary>
    private string? Expand(YamlScalar scalar, int from, int to)
    {
        var (expanded, at, failed) = (new StringBuilder(), from, false);
        while (Next(scalar.Text, at, to) is { } open)
        {
            expanded.Append(scalar.Text, at, open - at);
            var (reference, problem) = VariableReference.Read(scalar.Text, open, to);
            if (reference is null)
            {
                Report(scalar, open, problem!, "write ${NAME} or ${NAME:-default}");
                return null;
            }

            var value = Value(scalar, open, reference);
            failed |= value is null;
            expanded.Append(value);
            at = reference.End;
        }

        return failed ? null : expanded.Append(scalar.Text, at, to - at).ToString();
    }

    /// <summary>Where the next reference begins that is ours: <c>${{</c> is the target's.</summary>
    private static int? Next(string text, int from, int to)
    {
        for (var at = from; at < to && text.IndexOf("${", at, to - at, StringComparison.Ordinal) is var open and >= 0; at = open + 3)
            if (open + 2 >= to || text[open + 2] != '{') return open;
        return null;
    }

    private string? Value(YamlScalar scalar, int open, VariableReference reference)
    {
        var value = read(reference.Name);
        if (reference.Default is var (from, to)) return string.IsNullOrEmpty(value) ? Expand(scalar, from, to) : value;
        if (value is null)
            Report(scalar, open, $"the environment variable {reference.Name} is not set",
                $"set {reference.Name}, or give a default: ${{{reference.Name}:-default}}", reference.Name);
        return value;
    }

    private void Report(YamlScalar scalar, int index, string message, string hint, string? variable = null) =>
        problems.Add(scalar.Line, scalar.Column + (scalar.Plain ? index : index + 1), message, hint, variable);
}
