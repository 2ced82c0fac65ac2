using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.Secrets;

/// <summary>Replaces secrets in anything that is shown or kept.</summary>
public sealed class Redactor
{
    private static readonly string[] Names = ["GHCR_PAT", "STAGING_SSH_KEY", "STAGING_HOST", "STAGING_USER"];
    private static readonly string[] Signs = ["PASSWORD", "SECRET", "TOKEN", "_PAT", "API_KEY", "PRIVATE_KEY"];
    private readonly Lock _learning = new();
    private volatile IReadOnlyList<string> _secrets;

    /// <param name="secrets">Values to hide; ones shorter than four characters are left alone, they would hide half of every text.</param>
    public Redactor(IEnumerable<string> secrets) => _secrets = Usable(secrets);

    /// <summary>Hides this one too from now on: a password that was generated while the runner ran.</summary>
    public void Learn(string secret)
    {
        lock (_learning) _secrets = Usable(_secrets.Append(secret));
    }

    /// <summary>
    /// Hides the value of a setting whose name marks it as a secret. One that is in the project's name hides nothing, and would hide
    /// the name of everything.
    /// </summary>
    public void LearnSetting(string name, string value, string project)
    {
        if (IsSecretName(name) && !project.Contains(value, StringComparison.Ordinal)) Learn(value);
    }

    /// <summary>Hides the named secrets, their <c>…_FILE</c> contents, and every variable whose name marks it as one.</summary>
    public static Redactor FromEnvironment(IEnumerable<KeyValuePair<string, string>> environment, Func<string, string?> readFile)
    {
        var secrets = new List<string>();
        foreach (var (name, value) in environment)
        {
            if (Names.Any(secret => name == $"{secret}_FILE") && readFile(value) is { } content) secrets.AddRange(Lines(content));
            else if (Names.Contains(name) || IsSecretName(name)) secrets.AddRange([value, .. Lines(value)]);
        }

        return new Redactor(secrets);
    }

    /// <summary>Whether a variable's name marks its value as a secret.</summary>
    public static bool IsSecretName(string name) => Signs.Any(sign => name.Contains(sign, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Whether a setting holds a secret itself, and not only a reference that the target fills in: its name marks it,
    /// or a known secret is in it.
    /// </summary>
    public bool IsSecret(string name, string value) =>
        (IsSecretName(name) && References.Fill(value, _ => "").Length > 0) || Hide(value) != value;

    /// <summary>The text without any secret.</summary>
    public string Hide(string text) =>
        _secrets.Aggregate(text, (hidden, secret) => hidden.Replace(secret, "***", StringComparison.Ordinal));

    /// <summary>The text without any secret, where texts are written in another form, e.g. with characters escaped.</summary>
    public string Hide(string text, Func<string, string> written) =>
        _secrets.Aggregate(text, (hidden, secret) => hidden.Replace(written(secret), "***", StringComparison.Ordinal));

    /// <summary>A key of many lines is printed line by line.</summary>
    private static string[] Lines(string secret) =>
        secret.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The longest first: one secret may hold another.</summary>
    private static List<string> Usable(IEnumerable<string> secrets) =>
        [.. secrets.Where(secret => secret.Length >= 4).Distinct(StringComparer.Ordinal).OrderByDescending(secret => secret.Length)];
}
