using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ChainBridge.TestKit.Load;

/// <summary>
/// What of a plan makes its results comparable, as a text that is kept with a baseline. Paths, bodies, headers and rows may be long, and
/// hold secrets: they are in it as digests. A credential, and a setting's value, are others wherever it runs, and
/// the load is the same.
/// </summary>
internal static class ComparablePlan
{
    private static readonly string[] Credentials = ["Authorization", "Proxy-Authorization", "Cookie"];

    public static string Of(LoadPlan plan) => string.Join('|', Parts(plan));

    private static IEnumerable<string> Parts(LoadPlan plan)
    {
        yield return plan.Name;
        yield return plan.Shape is RecordedArrivals recorded
            ? $"{recorded} {Digest(recorded.At.Select(at => at.Ticks.ToString(CultureInfo.InvariantCulture)))}" : $"{plan.Shape}";
        yield return $"{plan.Http}";
        yield return $"warm-up {plan.WarmUp}, timeout {plan.StepTimeout}, window {plan.Window}, at most {plan.MaxInFlight} under way";
        yield return $"settings {string.Join(',', plan.Settings.Keys.Order(StringComparer.Ordinal))}";
        if (plan.Agents > 0) yield return $"by {plan.Agents} agents";
        if (plan.Scenario is not HttpScenario http)
        {
            yield return $"{(plan.Scenario as ScenarioType)?.Name}";
            yield break;
        }

        foreach (var step in http.Steps) yield return $"{step.Name} {step.Method} {step.Expect} {Digest(Content(step))}";
        yield return $"think {http.Think}";
        if (http.Data.Count > 0) yield return $"data {http.DataSeed} {Digest(http.Data.SelectMany(Texts))}";
    }

    private static IEnumerable<string> Content(HttpStep step) =>
        [step.Path, step.Body is null ? "" : "body", step.Body ?? "", .. Texts(step.Headers.ToDictionary(header => header.Key,
            header => Credentials.Contains(header.Key, StringComparer.OrdinalIgnoreCase) ? "" : header.Value))];

    private static IEnumerable<string> Texts(IReadOnlyDictionary<string, string> pairs) => pairs.OrderBy(pair => pair.Key,
        StringComparer.Ordinal).SelectMany(pair => new[] { pair.Key, pair.Value }).Append("");

    /// <summary>With the length of each text, so that two lists of texts are not one by where they are cut.</summary>
    private static string Digest(IEnumerable<string> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in texts) hash.AppendData(Encoding.UTF8.GetBytes($"{text.Length}:{text}"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
