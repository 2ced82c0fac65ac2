using ChainBridge.TestKit.Basics;
using Xunit.v3;

namespace ChainBridge.TestKit.Runs.Order;

/// <summary>Which of the selected cases run here.</summary>
/// <param name="Cases">They.</param>
/// <param name="Words">What was left out and why, for people; empty when nothing was.</param>
/// <param name="Plan">Null when nothing is divided.</param>
internal sealed record Selection(IReadOnlyCollection<IXunitTestCase> Cases, string Words, ShardPlan? Plan = null)
{
    /// <summary>Applies the options.</summary>
    /// <param name="durations">Of cases, in seconds; asked only when there are shards.</param>
    public static Selection Of(
        IReadOnlyCollection<IXunitTestCase> selected, RunOptions options, Func<IReadOnlyDictionary<string, double>> durations)
    {
        var cases = selected;
        var words = "";
        if (options.Quarantine == QuarantineMode.Only)
        {
            cases = [.. cases.Where(testCase => CasePolicy.Of(testCase, options).Quarantine is not null)];
            words = $", quarantined tests only ({cases.Count} of {selected.Count})";
        }

        if (options.Shard is not { } shard) return new(cases, words);
        var plan = Shard.Plan(Lengths(cases, durations()), shard.Count);
        IReadOnlyCollection<IXunitTestCase> here = [.. cases.Where(testCase => plan[Unit(testCase)] == shard.Index)];
        // Shards on several machines must have the same plan: the mark differs when they have not.
        var lines = plan.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key}={one.Value}");
        var mark = $"{Digest.Number(string.Join('\n', lines)) & 0xFFFFFF:x6}";
        return new(here, $"{words}, shard {shard} ({here.Count} of {cases.Count} cases, plan {mark})", new(shard, mark, cases.Count));
    }

    /// <summary>A collection by its name alone: xUnit adds a hash to the one of a class without a collection.</summary>
    public static string NameOf(IXunitTestCollection collection) => collection.TestCollectionDisplayName.Split(" (id: ", 2)[0];

    /// <summary>What is never divided: a collection, because its tests share fixtures.</summary>
    private static string Unit(IXunitTestCase testCase) => NameOf(testCase.TestCollection);

    private static Dictionary<string, double> Lengths(
        IReadOnlyCollection<IXunitTestCase> cases, IReadOnlyDictionary<string, double> durations)
    {
        var known = cases.Select(Durations.Name).Where(durations.ContainsKey).Select(name => durations[name]).Order().ToList();
        // A case without a measured duration counts with the median of the others.
        var median = known.Count == 0 ? 1 : known[known.Count / 2];
        return cases.GroupBy(Unit)
            .ToDictionary(unit => unit.Key, unit => unit.Sum(testCase => durations.GetValueOrDefault(Durations.Name(testCase), median)));
    }
}

/// <summary>How the selected cases are divided, and the part that runs here.</summary>
/// <param name="Mark">The same in all shards that divide the same.</param>
/// <param name="Cases">How many all shards have together.</param>
internal sealed record ShardPlan(Shard Shard, string Mark, int Cases);
