using Npgsql;

namespace ChainBridge.TestKit.Providers;

/// <summary>Sessions on a PostgreSQL beside those of its tests.</summary>
internal static class Sessions
{
    /// <summary>An open connection; one that could not be opened is not left behind.</summary>
    public static async Task<NpgsqlConnection> OpenAsync(NpgsqlConnectionStringBuilder settings, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether the server lets a new session in within this time.</summary>
    public static async Task<bool> AnswersAsync(PostgresServer server, TimeSpan time, CancellationToken cancellationToken)
    {
        var settings = server.Settings(server.HomeDatabase);
        (settings.Pooling, settings.Timeout) = (false, (int)time.TotalSeconds);
        try
        {
            await using var connection = await OpenAsync(settings, cancellationToken);
            return true;
        }
        catch (Exception away) when (away is NpgsqlException or TimeoutException)
        {
            return false;
        }
    }

    /// <summary>The first column of what is asked.</summary>
    /// <param name="pattern">The value of <c>@pattern</c>.</param>
    public static async Task<List<string>> NamesAsync(
        NpgsqlConnection connection, string sql, string pattern, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new("pattern", pattern) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var names = new List<string>();
        while (await reader.ReadAsync(cancellationToken)) names.Add(reader.GetString(0));
        return names;
    }
}
