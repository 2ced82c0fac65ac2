namespace ChainBridge.Machine.Supervision;

/// <summary>Something the supervisor keeps running.</summary>
/// <param name="Name">E.g. <c>blue-gateway</c>; unique below one supervisor.</param>
/// <param name="Command">
/// The program and its arguments. Passwords belong in the environment: every user of the machine can read a command line.
/// </param>
/// <param name="Folder">Its working folder.</param>
/// <param name="Environment">All of its environment: nothing is inherited.</param>
/// <param name="Log">The file its output goes to; begun anew when the unit is started, added to when it is restarted.</param>
/// <param name="Labels">For clients that ask what runs; the supervisor does not read them.</param>
public sealed record UnitSpec(
    string Name,
    IReadOnlyList<string> Command,
    string Folder,
    IReadOnlyDictionary<string, string> Environment,
    string Log,
    IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>
    /// The variable that sets where it listens, e.g. <c>ASPNETCORE_URLS</c>: a free loopback port at the first start, read
    /// from its <c>Now listening on: …</c> line, and the same one at every restart. Null when it has none.
    /// </summary>
    public string? AddressVariable { get; init; }

    /// <summary>What asks it to end. Default: TERM.</summary>
    public StopSignal StopSignal { get; init; } = StopSignal.Term;

    /// <summary>How long it may take to end before it is killed. Default: 30 s.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>Signals that ask a program to end, by their number.</summary>
public enum StopSignal
{
    /// <summary>SIGINT: PostgreSQL's fast shutdown.</summary>
    Int = 2,
    /// <summary>SIGTERM.</summary>
    Term = 15,
}
