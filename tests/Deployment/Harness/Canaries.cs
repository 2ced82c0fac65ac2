using System.Text;

namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>
/// Secrets made for one scenario. Each has a part that stands nowhere else, so that it is found as it is, in an address and in Base64,
/// whatever stands around it.
/// </summary>
public sealed class Canaries
{
    private readonly Dictionary<string, IReadOnlyList<string>> _forms = [];

    /// <summary>Their names.</summary>
    public IReadOnlyCollection<string> Names => _forms.Keys;

    /// <summary>Makes a secret: with characters that an address and JSON write differently.</summary>
    public string Make(string name, string before = "c4n/ry+\"", string behind = "=&%")
    {
        var part = Guid.NewGuid().ToString("N");
        Know(name, part);
        return before + part + behind;
    }

    /// <summary>Looks for a secret that was made elsewhere, too.</summary>
    public void Know(string name, string secret) => _forms[name] =
        [secret, .. Enumerable.Range(0, 3).Select(before => InBase64(secret, before))];

    /// <summary>The names of those that are in the text, in any form.</summary>
    public IEnumerable<string> In(string text) => _forms
        .Where(canary => canary.Value.Any(form => text.Contains(form, StringComparison.Ordinal))).Select(canary => canary.Key);

    /// <summary>Every file below the folder with the secrets that are in it: <c>PATH: NAME</c>.</summary>
    public IEnumerable<string> InFiles(string folder) => !Directory.Exists(folder) ? [] :
        new DirectoryInfo(folder).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Where(file => file.LinkTarget is null)
            .SelectMany(file => In($"{file.Name}\n{Text(file)}").Select(name => $"{Path.GetRelativePath(folder, file.FullName)}: {name}"));

    private static string Text(FileInfo file)
    {
        try
        {
            return (file.UnixFileMode & (UnixFileMode.UserRead | UnixFileMode.UserWrite)) == 0 || file.Length == 0
                ? "" : Encoding.Latin1.GetString(File.ReadAllBytes(file.FullName));
        }
        catch (FileNotFoundException)
        {
            return "";
        }
    }

    /// <summary>Where so many bytes stand before it; the letters at its ends depend on its neighbours too.</summary>
    private static string InBase64(string secret, int before) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('x', before) + secret + "xxx"))[4..^8];
}
