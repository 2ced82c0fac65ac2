using System.Text.RegularExpressions;
using FluentAssertions;

namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>Compares what a plan lists with what a run changed, as the runner's own events report it.</summary>
internal static partial class PlannedChanges
{
    /// <param name="unneeded">Changes of the plan that turned out to be unneeded; null for none.</param>
    public static void ShouldBeThoseOf(RunResult run, RunResult plan, Func<string, bool>? unneeded = null)
    {
        plan.ShouldEndWith(0);
        // Only the new build knows whether a migration is pending; a plan lists its step with that condition.
        var migrated = run.Steps.Contains("migrate");
        Of(plan, step => migrated || step != "migrate").Where(change => unneeded?.Invoke(change) != true)
            .Should().Equal(Of(run), "the plan of a run and the run are the same steps: {0}", run.Evidence);
    }

    /// <summary>What a plan lists.</summary>
    public static IReadOnlyList<string> Of(RunResult planOrRun, Func<string, bool>? wanted = null)
    {
        var planned = planOrRun.Rows("planned-step").Where(step => wanted?.Invoke(step.Step!) != false)
            .SelectMany(step => step.Json.GetProperty("changes").EnumerateArray().Select(change => change.GetString()!));
        var changed = planOrRun.Rows("changing").Select(line => line["what"]!);
        return Ordered([.. planned.Concat(changed).Select(change => Image().Replace(change, "IMAGE"))]);
    }

    /// <summary>Images are built side by side, in any order.</summary>
    private static List<string> Ordered(List<string> changes)
    {
        var builds = changes.Where(IsBuild).Order(StringComparer.Ordinal).ToList();
        // Several hosts are changed side by side, and so are the files that are kept here for each; each one's own keep their order.
        return [.. builds, .. changes.Where(change => !IsBuild(change))
            .OrderBy(change => Host().Match(change).Value, StringComparer.Ordinal)];
    }

    private static bool IsBuild(string change) => change.StartsWith("docker buildx build", StringComparison.Ordinal);

    [GeneratedRegex("^on [^ ]+: |(?<=^write .*/hosts/)[^/]+")]
    private static partial Regex Host();

    /// <summary>Before an image is built its tag stands for its id.</summary>
    [GeneratedRegex("sha256:[0-9a-f]{64}|(?<=--pull never .*)tiny-[0-9a-f]+/[a-z]+:[^ ]+")]
    private static partial Regex Image();
}
