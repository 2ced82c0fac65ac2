using System.Collections.Concurrent;
using ChainBridge.TestKit.Providers;
using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>What the leases of one server share.</summary>
internal sealed class LeaseDesk : IAsyncDisposable
{
    private readonly TemplateBuilder _builder;
    private readonly Lazy<Task<string>> _clause;
    private readonly Lazy<ConnectionWatch> _connections;

    public LeaseDesk(PostgresServer server, PostgresOptions options, LeaseFlow flow, TimeProvider time, TextWriter log)
    {
        (Options, Admin) = (options, new PostgresAdmin(server));
        Dropper = new Dropper(Admin, time);
        Quarantine = new Quarantine(Admin, Dropper, log);
        _builder = new TemplateBuilder(Admin, options, time);
        Server = new ServerWatch(Admin, log);
        Flow = flow;
        _connections = new(() => new ConnectionWatch(flow));
        _clause = new(() => CloneStrategy.ClauseAsync(Admin, CancellationToken.None));
    }

    public PostgresOptions Options { get; }

    public PostgresAdmin Admin { get; }

    public Dropper Dropper { get; }

    public Quarantine Quarantine { get; }

    public ServerWatch Server { get; }

    public LeaseFlow Flow { get; }

    /// <summary>Listens from its first use on, which is the first database that goes from test to test.</summary>
    public ConnectionWatch Connections => _connections.Value;

    /// <summary>What is handed out.</summary>
    public ConcurrentDictionary<DatabaseLease, bool> Live { get; } = new();

    /// <summary>Nothing is to be built once for an empty database: it is the server's own template.</summary>
    public async Task<ClonePool> ClonesAsync(MigrationSet migrations, CancellationToken cancellationToken) =>
        migrations == MigrationSet.Empty
            ? new(Admin, null, "", Options.WarmDatabases)
            : new(Admin, await Server.MigratingAsync(() => _builder.EnsureAsync(migrations, cancellationToken), cancellationToken),
                await _clause.Value, Options.WarmDatabases);

    public LeasedDatabase Leased(string name, string connectionString, ClonePool clones, LeaseOptions options, TestScope? scope) =>
        new(name, connectionString, Admin, Dropper, Quarantine, clones, options.KeepFailed ?? Options.KeepFailed, scope);

    /// <summary>Leases end with the run: their test may live longer, when it made the run itself.</summary>
    public async Task EndLeasesAsync()
    {
        foreach (var lease in Live.Keys)
        {
            try
            {
                await lease.EndAsync(TestEnding.Passed, CancellationToken.None);
            }
            catch (Exception failure) when (failure is LeaseException or Npgsql.NpgsqlException)
            {
                // The server is gone, or the test spoiled its database: in either case no test is left that could report it.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connections.IsValueCreated) _connections.Value.Dispose();
        Server.Dispose();
        await Dropper.DisposeAsync();
        await Admin.DisposeAsync();
    }
}

/// <summary>The databases of one template, in the three ways of isolation.</summary>
internal sealed class TemplateDesk(LeaseDesk desk, ClonePool clones) : IAsyncDisposable
{
    private readonly TransactionPool _transactions = new(desk.Admin, clones);

    public ClonePool Clones => clones;

    public ResetPool Resets { get; } = new(desk, clones);

    /// <param name="mark">Of the flow that asks.</param>
    public async Task<DatabaseLease> LeaseAsync(LeaseOptions options, LeaseFlow.Mark mark, CancellationToken cancellationToken)
    {
        // Checked first: a ready database is handed out without asking the server, and would fail in the test with a poorer message.
        if (desk.Admin.Gone is { } gone) throw new LeaseException(gone);
        await desk.Server.BeginAsync(cancellationToken);
        var scope = options.Scope();
        switch (options.Isolation ?? IsolationAttribute.Here() ?? Isolation.Clone)
        {
            case Isolation.Reset:
                var resettable = await Resets.TakeAsync(cancellationToken);
                var holder = mark.Holder = desk.Connections.Take(resettable.Name, scope?.Id, scope?.Name ?? "the lease before");
                return Lease(resettable.Settings(desk.Admin.Server),
                    database => new ResetDatabase(database, resettable, Resets, desk.Connections, holder), holder);
            case Isolation.Transaction:
                var sole = await _transactions.TakeAsync(cancellationToken);
                return Lease(desk.Admin.Server.Settings(sole.Name), database => new TransactionDatabase(database, sole, _transactions));
            default:
                return Lease(desk.Admin.Server.Settings(await clones.TakeAsync(cancellationToken)),
                    database => new ClonedDatabase(database));
        }

        DatabaseLease Lease(NpgsqlConnectionStringBuilder settings, Func<LeasedDatabase, ILeased> kind, LeaseHolder? holder = null) =>
            new(settings, kind(desk.Leased(settings.Database!, settings.ConnectionString, clones, options, scope)), scope, desk, holder);
    }

    public async ValueTask DisposeAsync()
    {
        await clones.DisposeAsync();
        foreach (var name in (string[])[.. clones.Rest(), .. await Resets.EndAsync(), .. await _transactions.EndAsync()])
            await desk.Dropper.SoonAsync(name, CancellationToken.None);
    }
}
