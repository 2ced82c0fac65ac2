using System.Diagnostics;

namespace ChainBridge.Machine;

/// <summary>A session of its own keeps a command from what reaches all processes of a terminal or of a group.</summary>
public static class OwnSession
{
    /// <summary>Gives what it runs a session of its own, where it is there (macOS has none).</summary>
    public const string Program = "/usr/bin/setsid";

    /// <summary>Whether this machine can give one.</summary>
    public static bool IsThere => File.Exists(Program);

    /// <summary>The command in a session of its own, where that can be had.</summary>
    /// <param name="command">The program and its arguments.</param>
    public static ProcessStartInfo Of(params IReadOnlyList<string> command) =>
        IsThere ? new(Program, command) : new(command[0], command.Skip(1));
}
