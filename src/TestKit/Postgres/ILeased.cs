using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>What is behind a lease, per way of isolation.</summary>
internal interface ILeased
{
    LeasedDatabase Database { get; }

    Isolation Isolation { get; }

    /// <summary>Only with <see cref="Isolation.Transaction"/>.</summary>
    NpgsqlConnection? Connection { get; }

    /// <summary>How the server stood when the database was set back; null where that was not asked.</summary>
    string? ServerState => null;

    /// <summary>Its test passed: it is dropped or made ready for another.</summary>
    /// <param name="soon">Whether dropping it may be left to the background.</param>
    Task ReturnAsync(bool soon, CancellationToken cancellationToken);

    /// <summary>Its test failed, or was given up and runs on: no other test gets it.</summary>
    Task QuarantineAsync(TestEnding ending, CancellationToken cancellationToken);
}
