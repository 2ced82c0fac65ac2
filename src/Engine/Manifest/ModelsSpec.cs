namespace ChainBridge.Engine.Manifest;

/// <summary>The signatures of models that a release brings along (<c>*.sig.json</c>), and where they are registered.</summary>
/// <param name="Folder">They are in it or below; relative to the manifest. Default its folder.</param>
/// <param name="Endpoint">Each is put to <c>ENDPOINT/NAME</c>.</param>
/// <param name="Token">Sent as a bearer token; null for none.</param>
/// <param name="Required">They are registered before the promotion, and one that is refused takes the release back.</param>
public sealed record ModelsSpec(string Folder, Uri Endpoint, SecretName? Token, bool Required);

/// <summary>The key <c>models</c>.</summary>
internal static class ModelsReader
{
    /// <summary>Null where there is none.</summary>
    public static ModelsSpec? Read(Section? section, Problems problems)
    {
        if (section is null) return null;
        var (folder, token, required) = (section.Text("folder", ".")!, section.Secret("token"), section.Flag("required"));
        section.Text("endpoint", required: true);
        var endpoint = NotifyReader.Address(section, "endpoint", problems);
        section.Close();
        if (endpoint?.Query.Length > 0)
            problems.Add(section.Place("endpoint"), "the endpoint has a query", "write the part before the '?': the model's name is added");
        return endpoint is null ? null : new(folder, endpoint, token, required);
    }
}
