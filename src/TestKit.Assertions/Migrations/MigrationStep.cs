using Npgsql;

namespace ChainBridge.TestKit.Assertions;

/// <summary>One numbered step of a schema, however it is applied.</summary>
/// <param name="Number">Its place; steps are applied in the order of their numbers.</param>
/// <param name="Name">As people call it: <c>0003_idempotency_keys</c>.</param>
/// <param name="UpAsync">Applies this step, and no other, to the database behind the connection string.</param>
/// <param name="DownAsync">Undoes it; null when it has no way down.</param>
public sealed record MigrationStep(int Number, string Name, Func<string, CancellationToken, Task> UpAsync, Func<string, CancellationToken, Task>? DownAsync)
{
    /// <summary>That it has no way down is known and accepted. Default: false, and a missing way down is a failure.</summary>
    public bool OneWay { get; init; }

    /// <summary>A step of two SQL scripts, each run in one transaction.</summary>
    /// <param name="down">Null when it has no way down.</param>
    public static MigrationStep Scripts(int number, string name, string up, string? down) => new(number, name, Run(up), down is null ? null : Run(down));

    private static Func<string, CancellationToken, Task> Run(string script) => async (connectionString, cancellationToken) =>
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand(script, connection, transaction);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException wrong)
        {
            throw new InvalidOperationException($"{Place(wrong, script)}{wrong.MessageText} ({wrong.SqlState})", wrong);
        }

        await transaction.CommitAsync(cancellationToken);
    };

    /// <summary>
    /// Npgsql sends a script statement by statement, and a position counts from the statement's beginning: only that of
    /// a lone statement is a line of the script.
    /// </summary>
    private static string Place(PostgresException wrong, string script)
    {
        if (wrong.Position < 1 || wrong.Position > script.Length || script.TrimEnd(' ', '\r', '\n', ';').Contains(';', StringComparison.Ordinal)) return "";
        var line = script.AsSpan(0, wrong.Position - 1).Count('\n');
        return $"line {line + 1} ({script.Split('\n')[line].Trim()}): ";
    }
}
