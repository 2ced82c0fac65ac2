using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.Gates.Formats;

/// <summary>How the result files of one command are to be read.</summary>
/// <param name="Reruns">A test that a file lists again is the same test, run again: its last entry counts.</param>
/// <param name="Counts">What the suites of a JUnit file count.</param>
public sealed record ResultReading(ResultFormat Format, bool Reruns = false, ResultCounts Counts = ResultCounts.Tests)
{
    /// <summary>As the manifest says.</summary>
    public static ResultReading Of(GateCommandSpec command) => new(command.Format, command.Reruns, command.Counts);
}
