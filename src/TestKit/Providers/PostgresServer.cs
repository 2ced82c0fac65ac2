using Npgsql;

namespace ChainBridge.TestKit.Providers;

/// <summary>A running PostgreSQL and a role that may create databases on it.</summary>
/// <param name="Host">As Npgsql takes it.</param>
/// <param name="Port">As Npgsql takes it.</param>
/// <param name="Username">A superuser on servers of our own; on others the user that the connection string names.</param>
/// <param name="Password">Empty where none is asked.</param>
/// <param name="Owner">Ends our use of the server when disposed.</param>
public sealed record PostgresServer(string Host, int Port, string Username, string Password, IAsyncDisposable Owner)
{
    /// <summary>The database that is there from the beginning, to give orders from.</summary>
    public string HomeDatabase { get; init; } = "postgres";

    /// <summary>
    /// What the name of each of this run's databases begins with; empty on a server that is this run's alone. Has at most 18 characters.
    /// </summary>
    public string NamePrefix { get; init; } = "";

    /// <summary>The same for templates: without the run's name where they may outlive it.</summary>
    public string TemplatePrefix { get; init; } = "";

    /// <summary>
    /// Whether templates outlive the runs on a server that stays: then they are marked with their last use, and
    /// dropped when that is long ago.
    /// </summary>
    internal bool SharesTemplates { get; init; }

    /// <summary>How the server ended, with its last output; null while it runs, or where that cannot be found out.</summary>
    public Func<CancellationToken, Task<string?>> FailureAsync { get; init; } = _ => Task.FromResult<string?>(null);

    /// <summary>
    /// An empty database that is there from the beginning, for the first caller that renames it; null where there is none.
    /// </summary>
    public string? SpareDatabase { get; init; }

    /// <summary>Whether this run started the server and no other run uses it. Default false.</summary>
    public bool IsOurs { get; init; }

    /// <summary>Further settings of the connection, such as <c>SSL Mode</c>.</summary>
    internal string Further { get; init; } = "";

    /// <summary>
    /// The connection settings for Npgsql; connecting and each command are given up after 30 seconds; a refused connection fails at once.
    /// </summary>
    public NpgsqlConnectionStringBuilder Settings(string database) => new(Further)
    {
        Host = Host, Port = Port, Username = Username, Password = Password, Database = database, Timeout = 30, CommandTimeout = 30,
    };

    /// <summary>Without the password.</summary>
    public override string ToString() => $"PostgreSQL at {Host}:{Port}";
}
