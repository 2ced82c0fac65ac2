namespace ChainBridge.TestKit.Load.Tool.Verbs;

/// <summary>What a command is given from outside.</summary>
/// <param name="Terminal">Whether lines may be written over.</param>
internal sealed record Surroundings(TextWriter Output, TextWriter Errors, bool Terminal, Func<string, string?> Variable, TimeProvider Time);
