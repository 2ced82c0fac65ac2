using System.Text.Json;
using ChainBridge.TestKit.Load;

namespace ChainBridge.Tests.Performance;

/// <summary>What the loads of the sample stack have in common.</summary>
internal static class Loads
{
    public static readonly TimeSpan Measured = TimeSpan.FromSeconds(4);

    /// <summary>A plan for a steady rate.</summary>
    public static LoadPlan At(this ScenarioSource scenario, double rate, Uri target, string name, params string[] limits) =>
        new(name, scenario, ArrivalRates.Constant(rate, Measured).Poisson())
        {
            Target = target, WarmUp = TimeSpan.FromSeconds(1), Limits = [.. limits.Select(LoadLimit.Parse)], Drain =
                TimeSpan.FromSeconds(5),
        };

    /// <summary>The text of a request's body; <c>${n}</c> in it is the number of the arrival.</summary>
    public static string Json(object body) => JsonSerializer.Serialize(body);
}
