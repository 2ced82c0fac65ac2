using System.Text.Json;
using ChainBridge.Samples.ServiceDefaults;
using Npgsql;
using StackExchange.Redis;

namespace ChainBridge.Samples.ChainIQ;

/// <summary>
/// Keeps scores in PostgreSQL and caches them in Redis with a lifetime. A cache that is away costs time, never an answer.
/// </summary>
public sealed class ScoreStore(NpgsqlDataSource database, RedisStore redis, TimeProvider time, ILogger<ScoreStore> logger)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>The score kept for this request, or the one made now.</summary>
    public async Task<ShipmentScore> ScoreAsync(ShipmentRequest request, CancellationToken cancellationToken)
    {
        var key = $"score:{request.Hash()}";
        if (await CachedAsync(key, cancellationToken) is { } cached) return cached;
        var score = RiskModel.Score(request);
        await KeepAsync(request.Hash(), score, cancellationToken);
        await CacheAsync(key, score, cancellationToken);
        return score;
    }

    private async Task KeepAsync(string hash, ShipmentScore score, CancellationToken cancellationToken)
    {
        await using var insert = database.CreateCommand(
            """
            INSERT INTO scores (shipment_id, request_hash, risk_score, risk_category, confidence, reasoning, scored_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (request_hash) DO NOTHING
            """);
        foreach (var value in new object[]
        {
            score.ShipmentId, hash, score.RiskScore, score.RiskCategory.ToString().ToLowerInvariant(), score.Confidence, score.Reasoning,
            time.GetUtcNow()
        })
            insert.Parameters.Add(new() { Value = value });
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<ShipmentScore?> CachedAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var kept = await (await redis.DatabaseAsync(cancellationToken)).StringGetAsync(key);
            return kept.IsNull ? null : JsonSerializer.Deserialize<ShipmentScore>(kept.ToString(), WireFormat.Options);
        }
        catch (Exception away) when (away is RedisException or RedisTimeoutException or RedisCommandException)
        {
            logger.LogWarning("the cache did not answer: {Reason}", away.GetType().Name);
            return null;
        }
    }

    private async Task CacheAsync(string key, ShipmentScore score, CancellationToken cancellationToken)
    {
        try
        {
            await (await redis.DatabaseAsync(cancellationToken))
                .StringSetAsync(key, JsonSerializer.Serialize(score, WireFormat.Options), Lifetime);
        }
        catch (Exception away) when (away is RedisException or RedisTimeoutException or RedisCommandException)
        {
            logger.LogWarning("the cache took nothing: {Reason}", away.GetType().Name);
        }
    }
}
