namespace ChainBridge.TestKit.Postgres;

/// <summary>A migration failed on an empty database.</summary>
public sealed class MigrationException(string message, Exception inner) : LeaseException(message, inner)
{
    /// <summary>Its place in the set, from 1; 0 where that is not known.</summary>
    public int Number { get; init; }

    /// <summary>Its name; empty where that is not known.</summary>
    public string Name { get; init; } = "";

    /// <summary>The line of its SQL, from 1; 0 where that is not known.</summary>
    public int Line { get; init; }
}
