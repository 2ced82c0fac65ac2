using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.Secrets;

/// <summary>Replaces secrets in anything that is shown or kept.</summary>
public sealed class Redactor
{
    private static readonly string[] Names = ["GHCR_PAT", "STAGING_SSH_KEY", "STAGING_HOST", "STAGING_USER"];
    private static readonly string[] Signs = ["PASSWORD", "SECRET", "TOKEN", "API_KEY", "APIKEY", "PRIVATE_KEY", "PRIVATEKEY"];
    private readonly Lock _learning = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<string> _hidden = [];

    /// <param name="secrets">Values to hide; ones shorter than four characters are left alone, they would hide half of every text.</param>
    public Redactor(IEnumerable<string> secrets) => Learn(secrets);

    /// <summary>Hides this one too from now on: a password that was generated while the runner ran.</summary>
    public void Learn(string secret) => Learn([secret, .. Lines(secret)]);

    /// <summary>
    /// Hides the value of a setting whose name marks it as a secret. One that is in the project's name hides nothing, and would hide
    /// the name of everything.
    /// </summary>
    public void LearnSetting(string name, string value, string project)
    {
        if (IsSecretName(name) && !project.Contains(value, StringComparison.Ordinal)) Learn(value);
    }

    /// <summary>
    /// Hides the named secrets, every variable whose name marks it as one, and what is in the files that their <c>…_FILE</c> name.
    /// </summary>
    public static Redactor FromEnvironment(IEnumerable<KeyValuePair<string, string>> environment, Func<string, string?> readFile)
    {
        const string inFile = "_FILE";
        var redactor = new Redactor([]);
        foreach (var (name, value) in environment)
        {
            var (secret, file) = name.EndsWith(inFile, StringComparison.Ordinal) ? (name[..^inFile.Length], true) : (name, false);
            if (!Names.Contains(secret) && !IsSecretName(secret)) continue;
            // A file that is not there is rather no file: then it is the value.
            if (file && readFile(value) is { } content) redactor.Learn(content);
            else if (!file || !value.Contains('/', StringComparison.Ordinal)) redactor.Learn(value);
        }

        return redactor;
    }

    /// <summary>Whether a variable's name marks its value as a secret.</summary>
    public static bool IsSecretName(string name) => Signs.Any(sign => name.Contains(sign, StringComparison.OrdinalIgnoreCase))
        // A personal access token, and no …_PATH.
        || $"{name}_".Contains("_PAT_", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Whether a setting holds a secret itself, and not only a reference that the target fills in: its name marks it,
    /// or a known secret is in it.
    /// </summary>
    public bool IsSecret(string name, string value) =>
        (IsSecretName(name) && References.Fill(value, _ => "").Length > 0) || Hide(value) != value;

    /// <summary>The text without any secret.</summary>
    public string Hide(string text) =>
        _hidden.Aggregate(text, (hidden, secret) => hidden.Replace(secret, "***", StringComparison.Ordinal));

    /// <summary>The text without any secret, where texts are written in another form, e.g. with characters escaped.</summary>
    public string Hide(string text, Func<string, string> written) =>
        _hidden.Aggregate(text, (hidden, secret) => hidden.Replace(written(secret), "***", StringComparison.Ordinal));

    /// <summary>A key of many lines is printed line by line.</summary>
    private static string[] Lines(string secret) =>
        secret.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The longest first: one secret may hold another.</summary>
    private void Learn(IEnumerable<string> secrets)
    {
        lock (_learning)
        {
            _known.UnionWith(secrets.Where(secret => secret.Length >= 4));
            _hidden = [.. _known.SelectMany(SecretForms.Of).Distinct(StringComparer.Ordinal).OrderByDescending(secret => secret.Length)];
        }
    }
}
