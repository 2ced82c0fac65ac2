using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.Drafts;

/// <summary>A value on one line: <c>{ name: [one, two] }</c>.</summary>
internal static partial class FlowYaml
{
    public static string Of(YamlValue? value) => value switch
    {
        YamlScalar { IsNull: true } or null => "null",
        YamlScalar scalar => Scalar(scalar.Text, scalar.Plain),
        YamlList list => $"[{string.Join(", ", list.Items.Select(Of))}]",
        YamlMap { Entries.Count: 0 } => "{}",
        YamlMap map => $"{{ {string.Join(", ", map.Entries.Select(entry => $"{Of(entry.Key)}: {Of(entry.Value)}"))} }}",
        _ => "null",
    };

    /// <summary>A text as it must be written to stay one.</summary>
    public static string Text(string text) => Scalar(text, Word().IsMatch(text) && !Other().IsMatch(text));

    private static string Scalar(string text, bool plain) =>
        plain && Word().IsMatch(text) ? text : $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    [GeneratedRegex(@"^[A-Za-z0-9_./~][A-Za-z0-9_./~+-]*$")]
    private static partial Regex Word();

    /// <summary>What plain would be a number, a flag or nothing.</summary>
    [GeneratedRegex(@"^(?:[-+.0-9][0-9._]*|true|false|yes|no|on|off|null|~)$", RegexOptions.IgnoreCase)]
    private static partial Regex Other();
}
