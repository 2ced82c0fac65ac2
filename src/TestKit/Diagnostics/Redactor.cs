using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace ChainBridge.TestKit.Diagnostics;

/// <summary>Takes secrets out of text: the given values, in each encoding they travel in, and whatever looks like one.</summary>
internal sealed partial class Redactor
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Mask = "***";

    /// <summary>Shorter ones are words of the text around them as likely as secrets.</summary>
    private const int ShortestValue = 6;

    /// <summary>Default passwords: they protect nothing, and as ordinary words they stand in every log.</summary>
    private static readonly string[] Words = ["postgres", "password", "passwd", "secret", "default", "localhost", "development",
        "administrator"];

    private readonly string[] _values;

    /// <param name="values">Secrets as they are.</param>
    public Redactor(IEnumerable<string> values) => _values =
    [
        .. values.Where(value => value.Length >= ShortestValue && !Words.Contains(value, StringComparer.OrdinalIgnoreCase))
            .SelectMany(Spellings).Distinct().OrderByDescending(value => value.Length),
    ];

    /// <summary>Whether a variable or setting of this name holds a secret. A shell's <c>PWD</c> is a folder.</summary>
    public static bool IsSecretName(string name) => SecretName().IsMatch(name) && name is not ("PWD" or "OLDPWD");

    /// <summary>Whether a header of this name holds a secret.</summary>
    public static bool IsSecretHeader(string name) => SecretHeader().IsMatch(name) || IsSecretName(name);

    /// <summary>The secrets of settings: by the name of each, and what connection strings hold.</summary>
    public static IEnumerable<string> ValuesOf(IEnumerable<KeyValuePair<string, string?>> settings)
    {
        foreach (var (name, value) in settings)
        {
            if (value is null) continue;
            if (IsSecretName(name)) yield return value;
            foreach (Match password in PasswordInList().Matches(value)) yield return password.Groups["value"].Value.Trim('"', '\'');
            foreach (Match password in UserInfo().Matches(value)) yield return Uri.UnescapeDataString(password.Groups["value"].Value);
        }
    }

    /// <summary>The text without secrets; a placeholder when the search does not end in time.</summary>
    public string Redact(string text)
    {
        text = MaskValues(text);
        try
        {
            text = PrivateKey().Replace(text, Mask);
            text = Order().Replace(text, $"$1{Mask}");
            text = Header().Replace(text, $"$1{Mask}");
            text = Scheme().Replace(text, $"$1 {Mask}");
            text = UserInfo().Replace(text, $"$1{Mask}@");
            text = PasswordInList().Replace(text, $"$1{Mask}");
            text = Named().Replace(text, $"$1{Mask}$3");
            return Known().Replace(text, Mask);
        }
        catch (RegexMatchTimeoutException)
        {
            return "(left out: it could not be searched for secrets in time)";
        }
    }

    /// <summary>The text without the given values; what only looks like a secret stays.</summary>
    public string MaskValues(string text)
    {
        foreach (var value in _values) text = text.Replace(value, Mask, StringComparison.Ordinal);
        return text;
    }

    private static IEnumerable<string> Spellings(string value)
    {
        yield return value;
        yield return Uri.EscapeDataString(value);
        yield return System.Net.WebUtility.UrlEncode(value);
        yield return JavaScriptEncoder.Default.Encode(value);
        yield return JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value);
        yield return Convert.ToBase64String(Encoding.UTF8.GetBytes(value));
    }

    private const int Patience = 2000;

    private const string Names = "pass(?:word|wd|phrase)?|pwd|secret|token|api[-_]?key|access[-_]?key|account[-_]?key|private[-_]?key|"
        + "signing[-_]?key|encryption[-_]?key|credentials?|authorization";

    [GeneratedRegex($"(?:{Names})(?:$|[^a-z])|(?:{Names})[a-z]*$|sharedaccess", RegexOptions.IgnoreCase, Patience)]
    private static partial Regex SecretName();

    [GeneratedRegex("^(?:proxy-)?authorization$|cookie$|^x-.*(?:key|auth|csrf|xsrf)", RegexOptions.IgnoreCase, Patience)]
    private static partial Regex SecretHeader();

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", RegexOptions.Singleline, Patience)]
    private static partial Regex PrivateKey();

    /// <summary>
    /// What SQL, Redis and command lines call a password without a sign between: <c>PASSWORD '…'</c>, <c>requirepass …</c>.
    /// </summary>
    [GeneratedRegex(
        @"(\bidentified\s+by\s+|\b(?:password|requirepass|masterauth)\s+(?=['""]|\S*\d)|--password\s+)"
        + @"(?:'(?:''|[^'])*'|""[^""]*""|[^\s'"";,]+)",
        RegexOptions.IgnoreCase, Patience)]
    private static partial Regex Order();

    /// <summary>A header on a line of its own: its whole value.</summary>
    [GeneratedRegex(@"^([ \t>|-]*(?:(?:proxy-)?authorization|(?:set-)?cookie)[ \t]*:[ \t]*).+$",
        RegexOptions.IgnoreCase | RegexOptions.Multiline, Patience)]
    private static partial Regex Header();

    [GeneratedRegex(@"\b(bearer|basic|digest)[ ]+(?=[a-z._~+/-]*[0-9=])[a-z0-9._~+/=-]{6,}", RegexOptions.IgnoreCase, Patience)]
    private static partial Regex Scheme();

    /// <summary>scheme://user:password@host</summary>
    [GeneratedRegex(@"(\b[a-z][a-z0-9+.-]{0,30}://[^\s/:@""']{0,200}:)(?<value>[^\s/@""']+)@", RegexOptions.IgnoreCase, Patience)]
    private static partial Regex UserInfo();

    /// <summary>In a connection string: up to the next name, with blanks and commas.</summary>
    [GeneratedRegex(
        @"(\b(?:password|passwd|pwd|passphrase|accountkey|sharedaccesskey|sslpassword)\s*=\s*)"
        + @"(?<value>""[^""\r\n]*""|'[^'\r\n]*'|(?:[^;,&""'\s]|[,& \t](?!\s*[\w ]{1,40}=))+)",
        RegexOptions.IgnoreCase, Patience)]
    private static partial Regex PasswordInList();

    /// <summary>name=value, name: value and "name": "value", where the name marks a secret.</summary>
    [GeneratedRegex(
        $@"((?:{Names})[\w.-]*[""']?\s*[:=]\s*\\?[""']?)(?!\*\*\*)"
        + @"((?<=""\s*)(?:\\.|[^""\\\r\n])+|(?<='\s*)[^'\r\n]+|[^\s;,&""'}\])]+)([""']?)",
        RegexOptions.IgnoreCase, Patience)]
    private static partial Regex Named();

    /// <summary>JSON web tokens, and the keys of services that mark theirs.</summary>
    [GeneratedRegex(
        @"\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}"
        + @"|\bglpat-[\w-]{16,}|\bxox[abeprs]-[\w-]{10,}|\b[sr]k_(?:live|test)_\w{10,}|\bAIza[\w-]{30,}|\bnpm_\w{30,}",
        RegexOptions.None, Patience)]
    private static partial Regex Known();
}
