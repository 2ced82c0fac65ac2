using StackExchange.Redis;

namespace ChainBridge.TestKit.Providers;

/// <summary>A running Redis.</summary>
/// <param name="Host">As StackExchange.Redis takes it.</param>
/// <param name="Port">As StackExchange.Redis takes it.</param>
/// <param name="Databases">How many numbered databases it has.</param>
/// <param name="Owner">Ends our use of the server when disposed.</param>
public sealed record RedisServer(string Host, int Port, int Databases, IAsyncDisposable Owner)
{
    /// <summary>How the server ended, with its last output; null while it runs, or where that cannot be found out.</summary>
    public Func<CancellationToken, Task<string?>> FailureAsync { get; init; } = _ => Task.FromResult<string?>(null);

    /// <summary>Hands out the database numbers of a server that other runs use too; null when all of them are ours.</summary>
    public IDatabaseNumbers? Numbers { get; init; }

    /// <summary>
    /// Further settings of the connection, such as a password: each with a comma before it, as StackExchange.Redis reads them.
    /// </summary>
    internal string Further { get; init; } = "";

    /// <summary>The connection settings for StackExchange.Redis.</summary>
    /// <param name="database">The number that commands go to; null for the server's first.</param>
    public string ConnectionString(int? database) =>
        $"{Host}:{Port}{(database is { } number ? $",defaultDatabase={number}" : "")}{Further}";

    /// <summary>The same as options, with commands for administrators allowed and connecting given up after 5 s.</summary>
    public ConfigurationOptions Options()
    {
        var options = ConfigurationOptions.Parse(ConnectionString(null));
        (options.AllowAdmin, options.ConnectTimeout) = (true, 5000);
        return options;
    }

    /// <summary>Without the password.</summary>
    public override string ToString() => $"Redis at {Host}:{Port}";
}

/// <summary>Numbered databases of a server that others use too.</summary>
public interface IDatabaseNumbers
{
    /// <summary>The number of an empty database that no other run holds.</summary>
    /// <exception cref="ProviderException">No database is free; the message names the runs that hold them.</exception>
    Task<int> TakeAsync(CancellationToken cancellationToken);

    /// <summary>Gives back a number whose database is empty again.</summary>
    Task ReturnAsync(int number, CancellationToken cancellationToken);
}
