using System.Collections.Frozen;

namespace ChainBridge.Engine.Gates.Formats;

/// <summary>How one entry of a result file ended.</summary>
internal enum EntryOutcome
{
    Passed,
    /// <summary>Failed first and passed when it was run again.</summary>
    Flaky,
    Skipped,
    /// <summary>Ran, and says itself that it could not tell.</summary>
    Inconclusive,
    Failed,
}

/// <summary>The words with which runners say how a test ended, in attributes such as <c>status</c> and <c>result</c>.</summary>
internal static class OutcomeWords
{
    private static readonly FrozenDictionary<string, EntryOutcome> Known = new (EntryOutcome Outcome, string Words)[]
    {
        (EntryOutcome.Passed,
            "passed pass success successful succeeded ok run ran executed completed complete finished fixed expected xpass xpassed"),
        (EntryOutcome.Flaky, "flaky flakypass"),
        (EntryOutcome.Skipped, "skipped skip notrun suppressed disabled ignored pending todo notexecuted notrunnable untested inconclusive "
            + "filtered deselected xfail xfailed expectedfailure warning"),
    }.SelectMany(line => line.Words.Split(' ').Select(word => (word, line.Outcome)))
        .ToFrozenDictionary(pair => pair.word, pair => pair.Outcome);

    private static readonly string[] Bad = ["fail", "error", "broken", "abort", "crash", "timeout", "timedout", "panic", "interrupt"];

    /// <summary>Null for no word. A word that is not known is a failure: only what says that it passed has passed.</summary>
    public static EntryOutcome? Of(string? word)
    {
        var plain = Plain(word);
        return plain.Length == 0 ? null : Known.TryGetValue(plain, out var outcome) ? outcome : EntryOutcome.Failed;
    }

    /// <summary>Whether a word about many tests says that one of them failed.</summary>
    public static bool SaysFailed(string? word) =>
        Plain(word) is var plain && !Known.ContainsKey(plain) && Bad.Any(bad => plain.Contains(bad, StringComparison.Ordinal));

    private static string Plain(string? word) => string.Concat((word ?? "").Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
