namespace ChainBridge.TestKit.Postgres;

/// <summary>What makes an empty database the one a test needs. Equal keys share one template.</summary>
/// <param name="Key">Changes whenever the result would: a hash of the scripts, for instance.</param>
/// <param name="ApplyAsync">Migrates the empty database behind the connection string.</param>
public sealed record MigrationSet(string Key, Func<string, CancellationToken, Task> ApplyAsync)
{
    /// <summary>An empty database.</summary>
    public static MigrationSet Empty { get; } = new("empty", (_, _) => Task.CompletedTask);
}
