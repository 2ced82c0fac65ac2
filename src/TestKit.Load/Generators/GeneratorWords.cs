using System.Reflection;

namespace ChainBridge.TestKit.Load.Generators;

/// <summary>What a run and its generators say to each other: a line each, a word first.</summary>
internal static class GeneratorWords
{
    /// <summary><c>run NUMBER OF PLAN</c>: set up.</summary>
    public const string Run = "run";

    /// <summary>Set up; waits.</summary>
    public const string Ready = "ready";

    /// <summary>Asks for the wall clock, and answers it in microseconds since 1970.</summary>
    public const string Clock = "clock";

    /// <summary><c>begin MICROSECONDS</c>: begin after so long.</summary>
    public const string Begin = "begin";

    /// <summary><c>end REASON</c>: no further arrival.</summary>
    public const string End = "end";

    /// <summary>A window has ended.</summary>
    public const string Window = "window";

    /// <summary>The measurement; the last line of a run.</summary>
    public const string Measured = "result";

    /// <summary>The plan cannot be run, and why.</summary>
    public const string Refused = "refused";

    /// <summary>An agent's generator ended without its measurement, and how.</summary>
    public const string Died = "died";

    /// <summary><c>token VERSION TOKEN</c>: the first line to an agent.</summary>
    public const string Token = "token";

    /// <summary>An agent makes another load.</summary>
    public const string Busy = "busy";

    /// <summary>The version of this package. A run and an agent of different versions may read a plan differently.</summary>
    public static string Version { get; } = typeof(GeneratorWords).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
        .InformationalVersion.Split('+')[0];

    /// <summary>The word and the rest of a line.</summary>
    public static (string Word, string Said) Split(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? (line, "") : (line[..space], line[(space + 1)..]);
    }
}
