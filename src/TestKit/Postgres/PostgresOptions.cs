using System.Globalization;

namespace ChainBridge.TestKit;

/// <summary>What holds for all databases of a run.</summary>
public sealed record PostgresOptions
{
    /// <summary>The most that <see cref="WarmDatabases"/> may be.</summary>
    public const int MostWarmDatabases = 64;

    private const string WarmVariable = "CHAINBRIDGE_WARM_DATABASES";
    private const string KeepVariable = "CHAINBRIDGE_KEEP_FAILED";
    private readonly int _warmDatabases = 4;

    /// <summary>
    /// How many clones of each template wait ready at most, 0 to 64; no more than were asked for so far. Default 4, or
    /// <c>CHAINBRIDGE_WARM_DATABASES</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 0 or more than 64.</exception>
    public int WarmDatabases
    {
        get => _warmDatabases;
        init => _warmDatabases = value is >= 0 and <= MostWarmDatabases
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"{nameof(WarmDatabases)} is between 0 and {MostWarmDatabases}");
    }

    /// <summary>
    /// Whether the database of a failed test stays. Default false, or whether <c>CHAINBRIDGE_KEEP_FAILED</c> is <c>1</c>.
    /// </summary>
    public bool KeepFailed { get; init; }

    /// <summary>
    /// For building a template, migrations included, and for waiting until another process has built it. Default 5 minutes.
    /// </summary>
    public TimeSpan TemplateTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Reads the options from the environment's variables.</summary>
    /// <exception cref="LeaseException">A value is none.</exception>
    public static PostgresOptions From(Func<string, string?> variable)
    {
        var warm = variable(WarmVariable) is not { Length: > 0 } text ? new PostgresOptions().WarmDatabases
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostWarmDatabases ? number
            : throw new LeaseException($"{WarmVariable}={text}: give a number from 0 to {MostWarmDatabases}");
        return new() { WarmDatabases = warm, KeepFailed = variable(KeepVariable) == "1" };
    }
}
