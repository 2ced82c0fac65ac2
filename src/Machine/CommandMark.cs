namespace ChainBridge.Machine;

/// <summary>
/// The environment variable by which a command's processes are found when the command must end, in whatever session they
/// are. Its value lists the ids of the command and of those around it. A process that is meant to outlive the command
/// (a warm server) is started without it.
/// </summary>
public static class CommandMark
{
    /// <summary>The variable's name.</summary>
    public const string Variable = "CHAINBRIDGE_COMMAND";

    /// <summary>The value for a command inside this process, which may itself run inside another command.</summary>
    /// <param name="id">The command's own id.</param>
    public static string Value(string id) => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } around ? $"{around},{id}" : id;
}
