using System.CommandLine;

namespace ChainBridge.TestKit.Load.Tool.Verbs;

/// <summary>The commands.</summary>
internal static class CommandLine
{
    public static RootCommand Create(Surroundings surroundings) =>
        new("Load that tells the truth. Exit codes: 0 pass, 1 fail, 2 wrong usage or scenario, 14 inconclusive, 130 interrupted.")
        {
            new RunVerb(surroundings), new CompareVerb(surroundings), new FindLimitVerb(surroundings), new AgentVerb(surroundings),
            new MergeVerb(surroundings),
        };
}
