using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace ChainBridge.Engine.Manifest;

/// <summary>How a run that may change an environment ended, in the words of notifications.</summary>
public enum RunEnd
{
    /// <summary>The release serves and is stable.</summary>
    Deployed,
    /// <summary>An earlier release serves again: a person asked for it, or the new one failed.</summary>
    [JsonStringEnumMemberName("rolled-back")]
    RolledBack,
    /// <summary>Nothing was deployed, or a person is needed.</summary>
    Failed,
    /// <summary>The candidate waits for <c>promote</c> or <c>abort</c>.</summary>
    Waiting,
    /// <summary>A candidate that waited was taken away.</summary>
    Aborted,
    /// <summary>A person ended the run.</summary>
    Interrupted,
    /// <summary>What a runner that died had left is put in order.</summary>
    Settled,
}

/// <summary>A secret by the name of the environment variable that has it; <c>NAME_FILE</c> may name a file with it instead.</summary>
/// <param name="Place">Where the manifest names it: <c>file:line:column</c>.</param>
public sealed partial record SecretName(string Variable, string Place)
{
    /// <summary>The secret; null where there is none.</summary>
    /// <param name="variable">Returns an environment variable, or null when it is not set.</param>
    /// <param name="readFile">Returns the content of a file, or null when it cannot be read.</param>
    public string? Read(Func<string, string?> variable, Func<string, string?> readFile)
    {
        if (variable(Variable) is { Length: > 0 } value) return value;
        return variable($"{Variable}_FILE") is { Length: > 0 } file && readFile(file)?.Trim() is { Length: > 0 } content ? content : null;
    }

    /// <summary>What is missing, where, and what to do; for a warning.</summary>
    public string Missing => $"{Place}: neither {Variable} nor {Variable}_FILE is set, so this notification is not sent (set one of them)";

    /// <summary>The variable that is named as <c>NAME</c> or <c>${NAME}</c>; null when the text is something else.</summary>
    internal static string? VariableIn(string text) =>
        Pattern().Match(text) is { Success: true } match ? match.Groups["name"].Value : null;

    // A bare word in lower case is rather a secret itself than the name of a variable.
    [GeneratedRegex(@"^(\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}|(?<name>[A-Z_][A-Z0-9_]*))$")]
    private static partial Regex Pattern();
}

/// <summary>One entry of <c>notify</c>: where a notification of the end of a run goes.</summary>
public abstract record NotifySpec
{
    /// <summary>The ends that are sent; empty for all.</summary>
    public IReadOnlyList<RunEnd> On { get; init; } = [];

    /// <summary>The environments whose runs are sent; empty for all.</summary>
    public IReadOnlyList<string> Environments { get; init; } = [];

    /// <summary>What it takes from the environment of the runner.</summary>
    public abstract IEnumerable<SecretName> Secrets { get; }
}

/// <summary>A signed POST of the whole notification as JSON.</summary>
/// <param name="Address">Null where the address is a secret itself.</param>
/// <param name="AddressFrom">The variable with the address; null where the manifest has it.</param>
/// <param name="Key">What the body is signed with.</param>
public sealed record WebhookSpec(Uri? Address, SecretName? AddressFrom, SecretName Key) : NotifySpec
{
    /// <inheritdoc />
    public override IEnumerable<SecretName> Secrets => AddressFrom is null ? [Key] : [AddressFrom, Key];
}

/// <summary>An incoming webhook of Slack, or of a chat that takes the same.</summary>
/// <param name="Address">A secret: it is all that is asked of a sender.</param>
public sealed record SlackSpec(SecretName Address) : NotifySpec
{
    /// <inheritdoc />
    public override IEnumerable<SecretName> Secrets => [Address];
}

/// <summary>A mail.</summary>
/// <param name="Server">With its port.</param>
/// <param name="Tls">Encrypted from the first byte (<c>smtps://</c>), not by STARTTLS.</param>
/// <param name="User">Null for a server that asks for no login.</param>
public sealed record MailSpec(IReadOnlyList<string> To, string From, string Server, int Port, bool Tls, string? User, SecretName? Password)
    : NotifySpec
{
    /// <inheritdoc />
    public override IEnumerable<SecretName> Secrets => Password is null ? [] : [Password];
}

/// <summary>The status of a commit and of a deployment on GitHub.</summary>
/// <param name="Api">Ends with a slash.</param>
public sealed record GitHubSpec(string Owner, string Repository, Uri Api, SecretName Token) : NotifySpec
{
    /// <inheritdoc />
    public override IEnumerable<SecretName> Secrets => [Token];
}
