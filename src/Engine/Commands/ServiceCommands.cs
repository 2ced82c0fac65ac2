namespace ChainBridge.Engine.Commands;

/// <summary>A service's own program, as argument lists.</summary>
internal static class ServiceCommands
{
    /// <summary>Runs it once to its end.</summary>
    public static Command RunOnce(
        IEnumerable<string> service, string folder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> variables) =>
        Command.Of([.. service, .. arguments])
            with { Folder = folder, Variables = variables, Timeout = Command.OnceTimeout, Apart = true };
}
