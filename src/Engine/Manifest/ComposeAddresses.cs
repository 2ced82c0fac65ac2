using System.Text.RegularExpressions;

namespace ChainBridge.Engine.Manifest;

/// <summary>
/// Names of the compose file's services in settings, replaced by references: on the process target no network resolves these names. A
/// name counts as an address only where one can stand, so that a user or a database of the same name stays as it is: in a URL
/// (<c>http://web:8080/x</c>), before a port (<c>cache:6379</c>), after <c>Host=</c>, <c>Server=</c> or <c>Data Source=</c>, and as
/// the whole value of a setting whose own name ends with <c>HOST</c>, <c>HOSTNAME</c> or <c>SERVER</c>.
/// </summary>
internal static partial class ComposeAddresses
{
    private const string Schemed = "scheme", Named = "name", Port = "port";

    /// <param name="key">The setting's name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="resolve">Name and port (null when none is written) → what stands for both; null for no name of ours.</param>
    public static string Replace(string key, string value, Func<string, int?, string?> resolve)
    {
        if (HostKey().IsMatch(key) && Name().IsMatch(value)) return resolve(value, null) ?? value;
        return Address().Replace(value, match =>
        {
            var port = match.Groups[Port] is { Success: true } digits && int.TryParse(digits.ValueSpan, out var written) ? written
                : match.Groups[Schemed].Value is "http" ? 80 : (int?)null;
            return resolve(match.Groups[Named].Value, port) is { } replaced ? match.Groups["before"].Value + replaced : match.Value;
        });
    }

    [GeneratedRegex("(HOST|HOSTNAME|SERVER)$", RegexOptions.IgnoreCase)]
    private static partial Regex HostKey();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    private static partial Regex Name();

    /// <summary>In a URL, with or without user and port; after a word that announces an address; or a name before a port.</summary>
    [GeneratedRegex("""
        (?:(?<before>(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:[^/@\s]*@)?)
          |(?<before>(?<=^|[;\s])(?:host|server|data\ source)\s*=\s*(?:tcp:)?)
          |(?<before>(?<=^|[\s,;=@]))(?=[A-Za-z0-9_.-]+:[0-9]))
        (?<name>[A-Za-z0-9][A-Za-z0-9_.-]*)
        (?::(?<port>[0-9]{1,5}))?
        (?=$|[/?\#\s,;&'"])
        """, RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Address();
}
