using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>What all ways of isolation share: a database that can be dropped or quarantined.</summary>
/// <param name="ConnectionString">Of the lease, which has the database's pool.</param>
internal sealed record LeasedDatabase(string Name, string ConnectionString, PostgresAdmin Admin, Dropper Dropper, Quarantine Quarantine,
    ClonePool Clones, bool Keep, TestScope? Scope)
{
    public async Task DropAsync(bool soon, CancellationToken cancellationToken)
    {
        ClearPool();
        if (soon) await Dropper.SoonAsync(Name, cancellationToken);
        else await Dropper.NowAsync(Name, cancellationToken);
    }

    public Task QuarantineAsync(TestEnding ending, CancellationToken cancellationToken)
    {
        ClearPool();
        return Quarantine.TakeAsync(Name, Keep, Scope, ending, cancellationToken);
    }

    private void ClearPool() => NpgsqlConnection.ClearPool(new NpgsqlConnection(ConnectionString));
}

/// <summary><see cref="Isolation.Clone"/>: used once.</summary>
internal sealed class ClonedDatabase(LeasedDatabase database) : ILeased
{
    public LeasedDatabase Database => database;

    public Isolation Isolation => Isolation.Clone;

    public NpgsqlConnection? Connection => null;

    public Task ReturnAsync(bool soon, CancellationToken cancellationToken) => database.DropAsync(soon, cancellationToken);

    public Task QuarantineAsync(TestEnding ending, CancellationToken cancellationToken) =>
        database.QuarantineAsync(ending, cancellationToken);
}
