using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Npgsql;
using Xunit;

namespace ChainBridge.TestKit.Postgres;

/// <summary>
/// Knows on whose behalf the commands of this process are sent to databases that go from test to test. What a test
/// that is over still sends is refused before it leaves the process, and a command of unknown origin keeps its database from being
/// handed on. Npgsql counts each command and each new connection of its pools where they happen, in the flow
/// (<see cref="ExecutionContext"/>) of the code that sends them.
/// </summary>
internal sealed class ConnectionWatch : IDisposable
{
    private const string Commands = "db.client.operation.npgsql.executing";
    private const string Connections = "db.client.connection.npgsql.create_time";
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, Watched> _databases = new();
    private readonly ConcurrentDictionary<string, string> _pools = new();
    private readonly LeaseFlow _flow;

    public ConnectionWatch(LeaseFlow flow)
    {
        _flow = flow;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "Npgsql", Name: Commands or Connections }) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((_, count, tags, _) =>
        {
            if (count > 0 && Of(tags) is { } database) Command(database);
        });
        _listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            if (Of(tags) is { } database) Interlocked.Increment(ref database.Opened);
        });
        _listener.Start();
    }

    /// <summary>A test takes the database.</summary>
    public LeaseHolder Take(string database, string? testId, string name)
    {
        var holder = new LeaseHolder(database, testId, name);
        var watched = _databases.GetOrAdd(database, name => new Watched(name));
        if (testId is not null) watched.Tests[testId] = name;
        watched.Holder = holder;
        return holder;
    }

    /// <summary>Its test is over: from here on it is refused.</summary>
    public void End(LeaseHolder holder)
    {
        holder.Ended = true;
        if (_databases.TryGetValue(holder.Database, out var watched)) watched.Holder = null;
    }

    /// <summary>How many connections the pools of this process opened to the database since this was asked last.</summary>
    public int Opened(string database) =>
        _databases.TryGetValue(database, out var watched) ? Interlocked.Exchange(ref watched.Opened, 0) : 0;

    /// <summary>Whether it was sent commands of unknown origin, which may come again.</summary>
    public bool IsUnknown(string database) => _databases.TryGetValue(database, out var watched) && watched.Unknown;

    public void Forget(string database) => _databases.TryRemove(database, out _);

    public void Dispose() => _listener.Dispose();

    private void Command(Watched watched)
    {
        var holder = watched.Holder;
        if (holder is not null && _flow.Has(holder)) return;
        var test = TestContext.Current.Test?.UniqueID;
        var ended = _flow.Ended(watched.Name);
        if (ended is null)
        {
            if (test is not null && test == holder?.TestId) return;
            if (test is null || !watched.Tests.TryGetValue(test, out ended))
            {
                watched.Unknown = true;
                return;
            }
        }

        throw new LeaseException($"'{ended}' is over, and its database is another test's now: what it left running may not use it any "
            + "more. Stop it with its test. If it is to serve later tests, start it in a fixture, outside of the flow of a test");
    }

    private Watched? Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_databases.IsEmpty || tags.Length == 0 || tags[0].Value is not string pool) return null;
        var database = _pools.GetOrAdd(pool, Database);
        return database.Length > 0 && _databases.TryGetValue(database, out var watched) ? watched : null;
    }

    /// <summary>
    /// Npgsql names a pool by its connection string; empty for our own connections, and for pools that were given another name.
    /// </summary>
    private static string Database(string pool)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(pool);
            return settings.ApplicationName?.StartsWith("chainbridge-", StringComparison.Ordinal) == true ? "" : settings.Database ?? "";
        }
        catch (Exception named) when (named is ArgumentException or FormatException or KeyNotFoundException)
        {
            return "";
        }
    }

    /// <summary>One database that goes from test to test.</summary>
    internal sealed class Watched(string name)
    {
        public int Opened;

        public string Name => name;

        public volatile LeaseHolder? Holder;

        public volatile bool Unknown;

        /// <summary>The leases that held it, by id.</summary>
        public ConcurrentDictionary<string, string> Tests { get; } = new();
    }
}

/// <summary>One lease of a database that goes from test to test.</summary>
internal sealed class LeaseHolder(string database, string? testId, string name)
{
    public string Database => database;

    public string? TestId => testId;

    public string Name => name;

    public volatile bool Ended;
}

/// <summary>
/// The leases that were taken, or whose connection string was read, in this flow of execution: what it starts inherits them.
/// </summary>
internal sealed class LeaseFlow
{
    private readonly AsyncLocal<Mark?> _marks = new();

    /// <summary>Marks the caller's flow. The caller must not be an async method itself, or the mark would end with that method.</summary>
    public Mark Begin() => _marks.Value = new(Living(_marks.Value));

    /// <summary>The same for a lease that is taken already.</summary>
    public void Enter(LeaseHolder holder)
    {
        if (!holder.Ended && !Has(holder)) Begin().Holder = holder;
    }

    public bool Has(LeaseHolder holder)
    {
        for (var mark = _marks.Value; mark is not null; mark = mark.Before)
            if (mark.Holder == holder) return true;
        return false;
    }

    /// <summary>The name of a lease of this flow that is over and was of this database; null when there is none.</summary>
    public string? Ended(string database)
    {
        for (var mark = _marks.Value; mark is not null; mark = mark.Before)
            if (mark.Holder is { Ended: true } holder && holder.Database == database) return holder.Name;
        return null;
    }

    /// <summary>What is over need not be inherited by what starts later, nor a mark of a database that is used once.</summary>
    private static Mark? Living(Mark? mark)
    {
        while (mark is not null && mark.Holder is null or { Ended: true }) mark = mark.Before;
        return mark;
    }

    /// <param name="before">The one that was there.</param>
    internal sealed class Mark(Mark? before)
    {
        public Mark? Before => before;

        public volatile LeaseHolder? Holder;
    }
}
