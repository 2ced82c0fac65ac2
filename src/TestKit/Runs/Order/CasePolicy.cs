using ChainBridge.TestKit.Basics;
using Xunit.v3;

namespace ChainBridge.TestKit.Runs.Order;

/// <summary>The policy of a test case: its attributes, and the run's options where it has none.</summary>
/// <param name="Quarantine">Null when it is not quarantined.</param>
/// <param name="Retries">How often it is tried again.</param>
/// <param name="Problem">Why it cannot run as it is marked; null when it can.</param>
internal sealed record CasePolicy(QuarantinedAttribute? Quarantine, int Retries, string? Problem)
{
    /// <summary>Reads the attributes of the method, its class and its assembly, the nearest first.</summary>
    public static CasePolicy Of(IXunitTestCase testCase, RunOptions options)
    {
        var (method, type) = (testCase.TestMethod.Method, testCase.TestClass.Class);
        var quarantine = NearestAttribute.Of<QuarantinedAttribute>(method, type, assembly: null);
        var retry = NearestAttribute.Of<RetryAttribute>(method, type, type.Assembly);
        var problem = quarantine?.Problem ?? (retry is { Times: < 0 or > RunOptions.MostRetries }
            ? $"[Retry({retry.Times})] is no number of retries: write one from 0 to {RunOptions.MostRetries}"
            : null);
        return new(quarantine, retry?.Times ?? options.Retries, problem);
    }
}
