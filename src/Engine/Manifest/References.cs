using System.Text.RegularExpressions;

namespace ChainBridge.Engine.Manifest;

/// <summary>
/// <c>${{ services.chainiq.url }}</c> (<c>address</c> for host and port alone),
/// <c>${{ accessories.postgres.host }}</c> (also <c>port</c>, <c>user</c>, <c>password</c>),
/// <c>${{ release.version }}</c>, <c>${{ release.commit }}</c>: values only the target knows, filled in when a slot starts.
/// The commands of a gate know <c>services</c> alone: <c>address</c> and <c>url</c> as this machine reaches it, and <c>inside</c>, its url
/// for the other services of the slot.
/// </summary>
public static partial class References
{
    private const string OfService = "services.";

    /// <summary>Whether something is left that begins as a reference and is none.</summary>
    public static bool AreBroken(string text) => Fill(text, _ => "").Contains("${{", StringComparison.Ordinal);

    /// <summary>Every reference in the text, without braces and spaces, e.g. <c>services.chainiq.url</c>.</summary>
    public static IEnumerable<string> In(string text) => Pattern().Matches(text).Select(match => match.Groups[1].Value);

    /// <summary>The text with each reference replaced by what <paramref name="resolve"/> answers for it.</summary>
    public static string Fill(string text, Func<string, string> resolve) =>
        Pattern().Replace(text, match => resolve(match.Groups[1].Value));

    /// <summary>The services that commands of a gate refer to.</summary>
    public static IReadOnlyCollection<string> Services(IEnumerable<GateCommandSpec> commands) =>
        [.. commands.SelectMany(command => command.Run).SelectMany(In).Select(reference => Service(reference)?.Name)
            .OfType<string>().Distinct()];

    /// <summary>Name and field of a reference to a service; null for another one.</summary>
    public static (string Name, string Field)? Service(string reference) =>
        reference.StartsWith(OfService, StringComparison.Ordinal) && reference.LastIndexOf('.') is var dot && dot > OfService.Length
            ? (reference[OfService.Length..dot], reference[(dot + 1)..])
            : null;

    [GeneratedRegex(@"\$\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}")]
    private static partial Regex Pattern();
}
