using Xunit;

namespace ChainBridge.Tests.Deployment.Harness.Targets;

/// <summary>Every kind of target, as the rows of a theory.</summary>
public static class TargetsUnderTest
{
    public static IReadOnlyList<string> Names => [.. Kinds.Select(kind => kind.Name)];

    public static TheoryData<string> All => [.. Names];

    private static IReadOnlyList<TargetUnderTest> Kinds { get; } = [new ProcessUnderTest(), new ComposeUnderTest()];

    public static TargetUnderTest Named(string name) => Kinds.Single(kind => kind.Name == name);
}
