using System.Collections.Concurrent;
using ChainBridge.TestKit.Postgres;
using ChainBridge.TestKit.Providers;

namespace ChainBridge.TestKit;

/// <summary>
/// Hands out databases: a template per migration set, built once, and per lease a database isolated in one of three ways.
/// </summary>
public sealed class PostgresLeases : IAsyncDisposable
{
    private readonly Lazy<Task<LeaseDesk>> _desk;
    private readonly ConcurrentDictionary<string, Lazy<Task<TemplateDesk>>> _templates = new();
    private readonly LeaseFlow _flow = new();
    private int _disposed;

    /// <summary>Asks for the server with the first lease.</summary>
    /// <param name="server">The server of the run.</param>
    /// <param name="options">Null: from <paramref name="variable"/>.</param>
    /// <param name="variable">The environment's variables.</param>
    /// <param name="log">Gets a line for each database that is kept.</param>
    internal PostgresLeases(
        Func<Task<PostgresServer>> server, PostgresOptions? options, Func<string, string?> variable, TimeProvider time, TextWriter log) =>
        _desk = new(async () => new LeaseDesk(await server(), options ?? PostgresOptions.From(variable), _flow, time, log));

    /// <summary>A database with these migrations, isolated as the attributes ask for.</summary>
    /// <exception cref="LeaseException">No database can be leased; the message gives the reason and what to do.</exception>
    public Task<DatabaseLease> LeaseAsync(MigrationSet migrations, CancellationToken cancellationToken) =>
        LeaseAsync(migrations, new LeaseOptions(), cancellationToken);

    /// <summary>A database with these migrations, isolated as the options ask for, else the attributes.</summary>
    /// <exception cref="LeaseException">No database can be leased; the message gives the reason and what to do.</exception>
    public Task<DatabaseLease> LeaseAsync(MigrationSet migrations, LeaseOptions options, CancellationToken cancellationToken) =>
        LeaseAsync(migrations, options, _flow.Begin(), cancellationToken);

    /// <summary>Builds the template and fills its pool, so that not even the first test waits for it.</summary>
    /// <exception cref="LeaseException">The template cannot be built; the message gives the reason and what to do.</exception>
    public async Task WarmAsync(MigrationSet migrations, CancellationToken cancellationToken)
    {
        var template = await TemplateAsync(migrations).WaitAsync(cancellationToken);
        await template.Clones.WarmAsync(cancellationToken);
    }

    /// <summary>Ends the leases that are left, drops what was not handed out and waits for what is being dropped, 15 s at most.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1 || !_desk.IsValueCreated || !_desk.Value.IsCompletedSuccessfully) return;
        await (await _desk.Value).EndLeasesAsync();
        foreach (var template in _templates.Values)
            if (template is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }) await (await template.Value).DisposeAsync();
        await (await _desk.Value).DisposeAsync();
    }

    internal async Task<TemplateDesk> TemplateAsync(MigrationSet migrations)
    {
        var lazy = _templates.GetOrAdd(migrations.Key, _ => new(() => BuildAsync(migrations)));
        try
        {
            return await lazy.Value;
        }
        catch (MigrationException failed)
        {
            throw failed.Again();
        }
        catch
        {
            // Migrations that failed would fail again; whatever else stood in the way may be gone by the next lease.
            _templates.TryRemove(new KeyValuePair<string, Lazy<Task<TemplateDesk>>>(migrations.Key, lazy));
            throw;
        }
    }

    /// <param name="mark">Made in the caller's own flow, which an async method cannot reach.</param>
    private async Task<DatabaseLease> LeaseAsync(
        MigrationSet migrations, LeaseOptions options, LeaseFlow.Mark mark, CancellationToken cancellationToken)
    {
        var template = await TemplateAsync(migrations).WaitAsync(cancellationToken);
        return await template.LeaseAsync(options, mark, cancellationToken);
    }

    /// <summary>Not with the caller's token: a test that is cancelled must not take the template from the others.</summary>
    private async Task<TemplateDesk> BuildAsync(MigrationSet migrations)
    {
        var desk = await _desk.Value;
        return new(desk, await desk.ClonesAsync(migrations, CancellationToken.None));
    }
}
