using System.Globalization;
using System.Text.RegularExpressions;

namespace ChainBridge.Engine.Model;

/// <summary>A machine that is reached over SSH, as the manifest names it: <c>ssh://deploy@staging.example.org:2222</c>.</summary>
/// <param name="User">Null for the one that ssh's own configuration says.</param>
/// <param name="Name">A name, an address, or a <c>Host</c> of ssh's configuration.</param>
/// <param name="Port">Null likewise.</param>
public sealed partial record HostAddress(string? User, string Name, int? Port)
{
    private const string Word = "[A-Za-z0-9_][A-Za-z0-9_.-]*";

    /// <summary>Reads an address; null when the text is none. No part can be taken for an option of ssh.</summary>
    public static HostAddress? Parse(string text)
    {
        if (Pattern().Match(text) is not { Success: true } match) return null;
        int? port = match.Groups["port"] is { Success: true } digits ? int.Parse(digits.Value, CultureInfo.InvariantCulture) : null;
        if (port is < 1 or > 65535) return null;
        return new(match.Groups["user"] is { Success: true } user ? user.Value : null, match.Groups["name"].Value.Trim('[', ']'), port);
    }

    /// <summary>Its name and port, as it is called where several hosts are told apart: <c>staging.example.org:2222</c>.</summary>
    public string Place => ToString()[(ToString().IndexOf("//", StringComparison.Ordinal) + 2)..].Split('@')[^1];

    /// <inheritdoc />
    public override string ToString() => $"ssh://{(User is null ? "" : $"{User}@")}"
        + $"{(Name.Contains(':', StringComparison.Ordinal) ? $"[{Name}]" : Name)}"
        + (Port is { } port ? $":{port.ToString(CultureInfo.InvariantCulture)}" : "");

    [GeneratedRegex(
        $@"^ssh://((?<user>{Word})@)?(?<name>{Word}|\[[0-9A-Fa-f:.]+\])(:(?<port>[0-9]{{1,5}}))?/?\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
