using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>Writes maps, lists, texts, numbers and flags as YAML. A serializer would need reflection, and time to begin.</summary>
internal static partial class ComposeYaml
{
    public static string Of(IDictionary file)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(text);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Write(emitter, file);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Write(Emitter emitter, object? value)
    {
        switch (value)
        {
            case string text:
                emitter.Emit(new Scalar(null, null, text, IsText(text) ? ScalarStyle.Any : ScalarStyle.DoubleQuoted, true, true));
                break;
            case IDictionary map:
                emitter.Emit(new MappingStart());
                foreach (DictionaryEntry entry in map)
                {
                    Write(emitter, entry.Key);
                    Write(emitter, entry.Value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case IEnumerable list:
                emitter.Emit(new SequenceStart(null, null, isImplicit: true, SequenceStyle.Block));
                foreach (var item in list) Write(emitter, item);
                emitter.Emit(new SequenceEnd());
                break;
            default:
                emitter.Emit(new Scalar(value switch
                {
                    null => "null",
                    bool flag => flag ? "true" : "false",
                    _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
                }));
                break;
        }
    }

    /// <summary>Whether the text would be read as one without quotes, where YAML's syntax allows for it.</summary>
    private static bool IsText(string text) => BeginsAsWord().IsMatch(text) && !OtherType().IsMatch(text);

    [GeneratedRegex("^[A-Za-z_/$]")]
    private static partial Regex BeginsAsWord();

    /// <summary>Flags and nothing, as YAML 1.1 has them.</summary>
    [GeneratedRegex("^(?:y|n|yes|no|on|off|true|false|null)$", RegexOptions.IgnoreCase)]
    private static partial Regex OtherType();
}
