using System.Text.Json;
using ChainBridge.Samples.ServiceDefaults;
using Npgsql;

namespace ChainBridge.Samples.ChainPay;

/// <summary>Payments in PostgreSQL. A change and its line in the audit log are one transaction.</summary>
public sealed class PaymentStore(NpgsqlDataSource database)
{
    private const string Columns = "id, shipment, amount, currency, status, risk_score, risk_tier, forced, available_at, created_at";

    /// <summary>
    /// Keeps a new payment. With a key that was used before, answers the payment made then instead and keeps nothing:
    /// the key's primary key is what makes two racing services settle on one.
    /// </summary>
    /// <exception cref="RequestProblemException">422: the key was used for another request.</exception>
    public async Task<(Payment Payment, bool Created)> AddAsync(
        Payment payment, Decision decision, string? key, string requestHash, CancellationToken cancellationToken)
    {
        // The connection goes back before the earlier payment is looked up: a burst on one key must not need two each.
        if (await InsertAsync(payment, decision, key, requestHash, cancellationToken)) return (payment, true);
        return ((await FindByKeyAsync(key!, requestHash, cancellationToken))!, false);
    }

    /// <summary>False, and nothing kept, when the key was taken.</summary>
    private async Task<bool> InsertAsync(
        Payment payment, Decision decision, string? key, string requestHash, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"INSERT INTO payment_intents ({Columns}) VALUES ($1, $2::jsonb, $3, $4, $5, $6, $7, $8, $9, $10)",
            cancellationToken, payment.Id, JsonSerializer.Serialize(payment.Shipment, WireFormat.Options), payment.Amount, payment.Currency,
            Word(payment.Status), payment.RiskScore, Word(payment.RiskTier), payment.Forced, payment.AvailableAt, payment.CreatedAt);
        if (key is not null && await ExecuteAsync(connection,
                "INSERT INTO idempotency_keys (key, request_hash, payment_id, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (key) "
                    + "DO NOTHING",
                cancellationToken, key, requestHash, payment.Id, payment.CreatedAt) == 0)
        {
            await transaction.RollbackAsync(cancellationToken);
            return false;
        }

        await LogAsync(connection, payment.Id, decision, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>The payment made with this key, or null.</summary>
    /// <exception cref="RequestProblemException">422: the key was used for another request.</exception>
    public async Task<Payment?> FindByKeyAsync(string key, string requestHash, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"SELECT {Columns}, request_hash FROM payment_intents JOIN (SELECT payment_id, "
            + "request_hash FROM idempotency_keys WHERE key = $1) AS used ON payment_id = id");
        command.Parameters.Add(new() { Value = key });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        return reader.GetString(10) == requestHash ? Read(reader)
            : throw new RequestProblemException(StatusCodes.Status422UnprocessableEntity,
                "this Idempotency-Key was used for another request");
    }

    /// <summary>One payment.</summary>
    /// <exception cref="RequestProblemException">404.</exception>
    public async Task<Payment> GetAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await ReadAsync(connection, id, "", cancellationToken);
    }

    /// <summary>Payments, newest first.</summary>
    public async Task<IReadOnlyList<Payment>> ListAsync(
        PaymentStatus? status, RiskTier? tier, int skip, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"SELECT {Columns} FROM payment_intents WHERE ($1::text IS NULL OR status = $1) AND ($2::text IS NULL OR risk_tier = $2) "
                + "ORDER BY created_at DESC, id OFFSET $3 LIMIT $4");
        foreach (var value in new object[]
        {
            status is { } s ? Word(s) : DBNull.Value, tier is { } t ? Word(t) : DBNull.Value, skip, limit
        })
            command.Parameters.Add(new() { Value = value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<Payment>();
        while (await reader.ReadAsync(cancellationToken)) found.Add(Read(reader));
        return found;
    }

    /// <summary>Changes a payment by a rule, while no other request can; the rule throws when it does not allow the change.</summary>
    public async Task<Payment> ChangeAsync(
        Guid id, Func<Payment, (Payment Payment, Decision Decision)> rule, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (changed, decision) = rule(await ReadAsync(connection, id, "FOR UPDATE", cancellationToken));
        await ExecuteAsync(connection,
            "UPDATE payment_intents SET status = $2, risk_score = $3, risk_tier = $4, forced = $5, available_at = $6 WHERE id = $1",
            cancellationToken, id, Word(changed.Status), changed.RiskScore, Word(changed.RiskTier), changed.Forced, changed.AvailableAt);
        await LogAsync(connection, id, decision, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return changed;
    }

    /// <summary>The audit log of a payment, oldest first.</summary>
    /// <exception cref="RequestProblemException">404.</exception>
    public async Task<IReadOnlyList<Decision>> HistoryAsync(Guid id, CancellationToken cancellationToken)
    {
        await GetAsync(id, cancellationToken);
        await using var command =
            database.CreateCommand("SELECT decision, reason, decided_at FROM audit_log WHERE payment_id = $1 ORDER BY id");
        command.Parameters.Add(new() { Value = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var decisions = new List<Decision>();
        while (await reader.ReadAsync(cancellationToken))
            decisions.Add(new(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2)));
        return decisions;
    }

    private static async Task<Payment> ReadAsync(NpgsqlConnection connection, Guid id, string suffix, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT {Columns} FROM payment_intents WHERE id = $1 {suffix}",
            connection) { Parameters = { new() { Value = id } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? Read(reader)
            : throw new RequestProblemException(StatusCodes.Status404NotFound, $"there is no payment {id}");
    }

    private static Payment Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), JsonSerializer.Deserialize<Shipment>(reader.GetString(1), WireFormat.Options)!, reader.GetDecimal(2),
        reader.GetString(3), Enum.Parse<PaymentStatus>(reader.GetString(4), ignoreCase: true), reader.GetDecimal(5),
        Enum.Parse<RiskTier>(reader.GetString(6), ignoreCase: true), reader.GetBoolean(7), reader.GetFieldValue<DateTimeOffset>(8),
        reader.GetFieldValue<DateTimeOffset>(9));

    private static Task LogAsync(NpgsqlConnection connection, Guid id, Decision decision, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, "INSERT INTO audit_log (payment_id, decision, reason, decided_at) VALUES ($1, $2, $3, $4)",
            cancellationToken, id, decision.What, decision.Reason, decision.DecidedAt);

    private static async Task<int> ExecuteAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
