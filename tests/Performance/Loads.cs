using System.Text.Json;
using ChainBridge.TestKit.Load;

namespace ChainBridge.Tests.Performance;

/// <summary>What the loads of the sample stack have in common.</summary>
internal static class Loads
{
    /// <summary>All are in one collection: a load beside another test measures both.</summary>
    public const string OneAtATime = "one load at a time";

    public static readonly TimeSpan Measured = TimeSpan.FromSeconds(3);

    /// <summary>
    /// A plan for a steady rate. At some tens a second a tenth of a second of lag makes no other load, and what it adds counts against
    /// the limits; so these tests are of use on a busy machine too.
    /// </summary>
    public static LoadPlan At(this ScenarioSource scenario, double rate, Uri target, string name, params string[] limits) =>
        new(name, scenario, ArrivalRates.Constant(rate, Measured).Poisson())
        {
            Target = target, WarmUp = TimeSpan.FromSeconds(1), LateAfter = TimeSpan.FromMilliseconds(100),
            Limits = [.. limits.Select(LoadLimit.Parse)], Drain = TimeSpan.FromSeconds(5),
        };

    /// <summary>The text of a request's body; <c>${n}</c> in it is the number of the arrival.</summary>
    public static string Json(object body) => JsonSerializer.Serialize(body);
}
