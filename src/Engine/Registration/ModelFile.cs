using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChainBridge.Engine.Registration;

/// <summary>The signature of a model: a JSON object in a file <c>NAME.sig.json</c>.</summary>
/// <param name="Path">As git names it.</param>
/// <param name="Problem">What keeps it from being registered; null for none.</param>
internal sealed partial record ModelFile(string Path, string Name, string Sha256, JsonElement? Signature, string? Problem)
{
    public const string Ending = ".sig.json";

    /// <summary>A larger one is no signature: 1 MB.</summary>
    private const int Most = 1_000_000;

    /// <summary>Reads and checks a file.</summary>
    /// <param name="root">Where its path begins.</param>
    public static ModelFile Read(string root, string path)
    {
        var name = System.IO.Path.GetFileName(path)[..^Ending.Length];
        var file = System.IO.Path.Combine(root, path);
        try
        {
            if (!Names().IsMatch(name)) return Broken("its name has more than letters, digits, '.', '_' and '-'");
            if (new FileInfo(file) is not { LinkTarget: null, Length: <= Most }) return Broken("it is a link, or larger than 1 MB");
            var bytes = File.ReadAllBytes(file);
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new(path, name, Convert.ToHexStringLower(SHA256.HashData(bytes)), document.RootElement.Clone(), null)
                : Broken("it is no JSON object");
        }
        catch (JsonException wrong)
        {
            return Broken($"it is no JSON: {path}:{wrong.LineNumber + 1}:{wrong.BytePositionInLine + 1}: {wrong.Message.Split(". ")[0]}");
        }
        catch (IOException unreadable)
        {
            return Broken($"it cannot be read: {unreadable.Message}");
        }

        ModelFile Broken(string problem) => new(path, name, "", null, problem);
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    private static partial Regex Names();
}
