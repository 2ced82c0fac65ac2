namespace ChainBridge.Engine.Commands;

/// <summary>A command as data: what would be typed. Something else runs it, shows it or compares it.</summary>
/// <param name="Program">Found on PATH.</param>
/// <param name="Arguments">Never hold a secret: every user of the host can see them.</param>
public sealed record Command(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Timeout of a one-off run of a service, e.g. a migration: 5 min.</summary>
    public static readonly TimeSpan OnceTimeout = TimeSpan.FromMinutes(5);

    private static readonly Dictionary<string, string?> None = [];

    /// <summary>Working folder; null for the runner's own.</summary>
    public string? Folder { get; init; }

    /// <summary>Added to the environment, or taken out of it where null. Secrets travel here; never shown.</summary>
    public IReadOnlyDictionary<string, string?> Variables { get; init; } = None;

    /// <summary>After this long it is ended and counts as failed. Default 60 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Whether it is kept from a terminal's Ctrl-C, which reaches everything that was started from there: it ends when we end it.
    /// </summary>
    public bool Apart { get; init; }

    /// <summary>Whether it only asks. A plan runs such a command too, and writes down every other one.</summary>
    public bool Asks { get; init; }

    /// <summary>What an error calls it, where what is typed is a script; null for what is typed.</summary>
    public string? Title { get; init; }

    /// <summary>As typed in a shell, without the variables.</summary>
    public override string ToString() => string.Join(' ', Arguments.Prepend(Program).Select(Quoted));

    /// <summary>A command line whose first word is the program.</summary>
    internal static Command Of(IEnumerable<string> words) => words.ToList() is [var program, .. var rest]
        ? new(program, rest)
        : throw new ArgumentException("a command needs a program", nameof(words));

    /// <summary>A command line of its own words.</summary>
    internal static Command Of(string program, params IEnumerable<string> arguments) => new(program, [.. arguments]);

    /// <summary>A command line that only asks.</summary>
    internal static Command Ask(string program, params IEnumerable<string> arguments) => Of(program, arguments) with { Asks = true };

    private static string Quoted(string word) =>
        word.Length > 0
            && word.All(character => char.IsAsciiLetterOrDigit(character) || "-_./:=@%+,".Contains(character, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
