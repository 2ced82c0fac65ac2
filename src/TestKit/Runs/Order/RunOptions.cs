using System.Globalization;

namespace ChainBridge.TestKit.Runs.Order;

/// <summary>What becomes of tests that are marked <see cref="QuarantinedAttribute"/>.</summary>
internal enum QuarantineMode
{
    /// <summary>They run; a failure is reported as skipped, with its message.</summary>
    Report,

    /// <summary>They run like any other and their failures count.</summary>
    Fail,

    /// <summary>Only they run.</summary>
    Only,

    /// <summary>They do not run.</summary>
    Skip,
}

/// <summary>How the tests of a run are chosen, ordered and judged, as the environment variables set it.</summary>
/// <param name="Seed">Of the order of collections, classes, methods and cases.</param>
/// <param name="Shard">The part of the tests that runs here; null: all.</param>
/// <param name="Quarantine">What becomes of quarantined tests.</param>
/// <param name="Retries">How often a failing test is tried again that has no setting of its own.</param>
/// <param name="MaxFlaky">So many tests of an assembly may pass on a retry without failing the run.</param>
internal sealed record RunOptions(
    int Seed, Shard? Shard = null, QuarantineMode Quarantine = QuarantineMode.Report, int Retries = 0, int MaxFlaky = 0)
{
    public const string SeedVariable = "CHAINBRIDGE_SEED";
    public const string ShardVariable = "CHAINBRIDGE_SHARD";
    public const string QuarantineVariable = "CHAINBRIDGE_QUARANTINE";
    public const string RetriesVariable = "CHAINBRIDGE_RETRIES";
    public const string MaxFlakyVariable = "CHAINBRIDGE_MAX_FLAKY";

    /// <summary>More than this is no retry but a hope.</summary>
    public const int MostRetries = 10;

    /// <summary>Reads the variables.</summary>
    /// <param name="seed">When none is set.</param>
    /// <exception cref="FormatException">A value cannot be read; the message shows how to write it.</exception>
    public static RunOptions From(Func<string, string?> variable, int seed) => new(
        Number(variable, SeedVariable, seed, int.MaxValue, "is no seed: write a whole number, as in 4711"),
        variable(ShardVariable) is { Length: > 0 } shard ? Shard.Parse(shard) : null,
        variable(QuarantineVariable) switch
        {
            null or "" or "report" => QuarantineMode.Report,
            "fail" => QuarantineMode.Fail,
            "only" => QuarantineMode.Only,
            "skip" => QuarantineMode.Skip,
            var text => throw new FormatException($"{QuarantineVariable}={text} is unknown: write report, fail, only or skip"),
        },
        Number(variable, RetriesVariable, 0, MostRetries, $"is no number of retries: write a whole number from 0 to {MostRetries}"),
        Number(variable, MaxFlakyVariable, 0, int.MaxValue, "is no number of tests: write a whole number from 0 on"));

    private static int Number(Func<string, string?> variable, string name, int fallback, int largest, string problem)
    {
        if (variable(name) is not { Length: > 0 } text) return fallback;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= largest
            ? number
            : throw new FormatException($"{name}={text} {problem}");
    }
}
