using System.Globalization;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Manifest;

/// <summary>
/// How a release takes the place of another one: <c>blue-green</c>, or <c>rolling</c> or <c>canary</c>, which may
/// have settings.
/// </summary>
internal static class StrategyReader
{
    private const string BlueGreen = "blue-green";
    private const string Canary = "canary";
    private const string Rolling = "rolling";

    /// <summary>Neither of the two for blue-green.</summary>
    public static (CanarySpec? Canary, RollingSpec? Rolling) Read(Section environment, string name, TargetKind target, Problems problems)
    {
        var (canary, rolling) = environment.Has("strategy") && environment.Place("strategy") is YamlMap
            ? WithSettings(environment.Child("strategy")!, problems)
            : Named(environment, name, problems);
        if (rolling is not null && target != TargetKind.Compose)
            problems.Add(environment.Place("strategy"), $"environments.{name} cannot be {Rolling}: a process gets the addresses of the "
                + "services that it calls at its start, and they could not be replaced under it",
                $"write target: compose, where services find each other by name, or strategy: {BlueGreen}");
        return (canary, rolling);
    }

    private static (CanarySpec?, RollingSpec?) Named(Section environment, string name, Problems problems)
    {
        var chosen = environment.Text("strategy", BlueGreen)!;
        if (chosen is not (BlueGreen or Canary or Rolling))
            problems.Add(environment.Place("strategy"), $"environments.{name}.strategy is '{chosen}'",
                $"expected {BlueGreen}, {Canary} or {Rolling}");
        return (chosen == Canary ? CanarySpec.Default : null, chosen == Rolling ? RollingSpec.Default : null);
    }

    private static (CanarySpec?, RollingSpec?) WithSettings(Section strategy, Problems problems)
    {
        var rolling = strategy.Child(Rolling);
        var canary = strategy.Child(Canary, required: rolling is null);
        if (rolling is not null && canary is not null)
            problems.Add(canary.At, $"a release cannot be {Rolling} and a {Canary}: its inner services would be replaced already",
                "keep one of the two");
        (CanarySpec?, RollingSpec?) read = (canary is null ? null : Settings(canary, problems),
            rolling is null ? null : new RollingSpec(rolling.Wait("settle", RollingSpec.Default.Settle)));
        rolling?.Close();
        strategy.Close();
        return read;
    }

    private static CanarySpec Settings(Section section, Problems problems)
    {
        var usual = CanarySpec.Default;
        var spec = new CanarySpec(
            Shares(section, problems) ?? usual.Shares,
            section.Wait("for", usual.For),
            section.Wait("waitFor", usual.WaitFor),
            section.DurationOrZero("warmUp", usual.WarmUp),
            section.Share("maxMoreFailed", usual.MaxMoreFailed),
            section.Share("maxSlower", usual.MaxSlower));
        section.Close();
        if (spec.WarmUp + spec.For > spec.WaitFor)
            problems.Add(section.Place("waitFor"), "each share would end before it has lasted as long as it must",
                $"waitFor counts from the change of the shares: write at least {(spec.WarmUp + spec.For).TotalSeconds:0.###}s, "
                    + "or a shorter for or warmUp");
        return spec;
    }

    private static IReadOnlyList<int>? Shares(Section section, Problems problems)
    {
        if (section.Texts("shares") is not { } texts) return null;
        var places = ((YamlList)section.Place("shares")).Items;
        if (texts.Count == 0)
            problems.Add(section.Place("shares"), "a canary without shares compares nothing", "write shares: [5%, 25%, 50%]");
        var shares = new List<int>();
        foreach (var (index, text) in texts.Index())
        {
            if (Percent(text) is not { } share)
                problems.Add(places[index], $"the share '{text}' is no whole percentage from 1% to {Model.Shares.Whole - 1}%",
                    "write shares: [5%, 25%, 50%]; after the last one the switch gives the candidate everything");
            else if (shares.Count > 0 && share <= shares[^1])
                problems.Add(places[index], $"the share {share}% does not grow: it follows {shares[^1]}%",
                    "write each share once, the smallest first: [5%, 25%, 50%]");
            else shares.Add(share);
        }

        return shares;
    }

    private static int? Percent(string text) => text.EndsWith('%')
        && int.TryParse(text[..^1].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var share)
        && share is > 0 and < Model.Shares.Whole ? share : null;
}
