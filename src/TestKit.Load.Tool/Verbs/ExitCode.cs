namespace ChainBridge.TestKit.Load.Tool.Verbs;

/// <summary>What the tool ends with.</summary>
internal static class ExitCode
{
    public const int Passed = 0, Failed = 1, Usage = 2, Inconclusive = 14, Interrupted = 130;

    public static int Of(LoadVerdict verdict) => verdict switch
    {
        LoadVerdict.Pass => Passed, LoadVerdict.Fail => Failed, _ => Inconclusive,
    };
}
