using System.Collections.Concurrent;
using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>Clones of one template: some wait ready and are made anew in the background, the rest is made when asked for.</summary>
/// <param name="template">Null for an empty database, which the server makes from its own template.</param>
/// <param name="clause">The strategy, see <see cref="CloneStrategy"/>.</param>
internal sealed class ClonePool(PostgresAdmin admin, Template? template, string clause, int size) : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _ready = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private Task _refill = Task.CompletedTask;
    private int _taken;
    private int _target;
    private bool _filling;

    /// <summary>How many wait ready.</summary>
    public int Ready => _ready.Count;

    /// <summary>Takes a database that no test has used.</summary>
    public async Task<string> TakeAsync(CancellationToken cancellationToken)
    {
        var taken = Interlocked.Increment(ref _taken);
        if (_ready.TryDequeue(out var name))
        {
            Refill(taken);
            return name;
        }

        name = await CloneAsync(cancellationToken);
        // A template that is leased once may never be leased again: the second lease makes the first warm one.
        Refill(taken - 1);
        return name;
    }

    /// <summary>Waits until as many are ready as may be.</summary>
    public async Task WarmAsync(CancellationToken cancellationToken)
    {
        lock (_gate) _target = size;
        while (_ready.Count < size && !_end.IsCancellationRequested) _ready.Enqueue(await CloneAsync(cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Task refill;
        lock (_gate) refill = _refill;
        await refill;
        _end.Dispose();
    }

    /// <summary>What is ready and was never handed out.</summary>
    public IEnumerable<string> Rest()
    {
        while (_ready.TryDequeue(out var name)) yield return name;
    }

    private void Refill(int wanted)
    {
        lock (_gate)
        {
            _target = Math.Max(_target, Math.Min(size, wanted));
            if (_filling || _end.IsCancellationRequested || _ready.Count >= _target) return;
            _filling = true;
            _refill = Task.Run(RefillAsync);
        }
    }

    private async Task RefillAsync()
    {
        try
        {
            while (!IsFull()) _ready.Enqueue(await CloneAsync(_end.Token));
        }
        catch (Exception failure) when (failure is LeaseException or NpgsqlException or OperationCanceledException)
        {
            // The next test that asks finds none ready, clones one itself, and sees the failure.
            lock (_gate) _filling = false;
        }
    }

    /// <summary>With the lock that <see cref="Refill"/> takes: a lease in between starts another refill, or is seen here.</summary>
    private bool IsFull()
    {
        lock (_gate)
        {
            _filling = _ready.Count < _target;
            return !_filling;
        }
    }

    private async Task<string> CloneAsync(CancellationToken cancellationToken)
    {
        var name = $"{admin.Server.NamePrefix}test_{Guid.NewGuid():N}";
        if (template is null)
        {
            await admin.CreateEmptyAsync("creating an empty database", name, cancellationToken);
            return name;
        }

        await CopyAsync(template.Name, name, cancellationToken);
        try
        {
            await template.Properties.ApplyAsync(admin, name, cancellationToken);
            return name;
        }
        catch
        {
            await admin.ExecuteAsync($"dropping {name}", $"DROP DATABASE IF EXISTS {name} WITH (FORCE)", CancellationToken.None);
            throw;
        }
    }

    private async Task CopyAsync(string source, string name, CancellationToken cancellationToken)
    {
        // The server would wait 5 s for the sessions that are connected, and then not name them.
        if (await TemplateBuilder.GuestsAsync(admin, source, cancellationToken) is { } guests) throw InUse(source, guests);
        try
        {
            await admin.ExecuteAsync($"cloning {source}", $"CREATE DATABASE {name} TEMPLATE {source}{clause}", cancellationToken);
        }
        catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.ObjectInUse)
        {
            throw InUse(source,
                await TemplateBuilder.GuestsAsync(admin, source, cancellationToken) ?? "a session that has ended meanwhile", busy);
        }
        catch (PostgresException gone) when (gone.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            throw new LeaseException($"the template {source} was dropped while tests were using it; the next run builds it again", gone);
        }
    }

    private static LeaseException InUse(string template, string guests, Exception? inner = null) => new(
        $"the template {template} cannot be cloned while other sessions are connected to it: {guests}. "
            + $"Disconnect, and drop it if its content was changed (ALTER DATABASE {template} ALLOW_CONNECTIONS false; "
            + $"DROP DATABASE {template}): the next run builds it again",
        inner);
}
