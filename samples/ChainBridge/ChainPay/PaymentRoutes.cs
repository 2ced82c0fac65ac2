using System.Security.Cryptography;
using System.Text.Json;
using ChainBridge.Samples.ServiceDefaults;
using Microsoft.AspNetCore.Mvc;

namespace ChainBridge.Samples.ChainPay;

/// <summary>The routes under <c>/payment_intents</c>.</summary>
public static class PaymentRoutes
{
    /// <summary>Adds them.</summary>
    public static void MapPayments(this WebApplication app)
    {
        var payments = app.MapGroup("/payment_intents");
        payments.MapPost("/", CreateAsync);
        payments.MapGet("/", ListAsync);
        payments.MapGet("/{id:guid}",
            (Guid id, PaymentStore store, CancellationToken cancellationToken) => store.GetAsync(id, cancellationToken));
        payments.MapGet("/{id:guid}/history",
            (Guid id, PaymentStore store, CancellationToken cancellationToken) => store.HistoryAsync(id, cancellationToken));
        payments.MapPost("/{id:guid}/assess_risk", AssessAsync);
        payments.MapPost("/{id:guid}/settle", (Guid id, PaymentStore store, TimeProvider time, CancellationToken cancellationToken) =>
            store.ChangeAsync(id, payment => Rules.Settle(payment, time.GetUtcNow()), cancellationToken));
        payments.MapPost("/{id:guid}/complete", (Guid id, PaymentStore store, TimeProvider time, CancellationToken cancellationToken) =>
            store.ChangeAsync(id, payment => Rules.Complete(payment, time.GetUtcNow()), cancellationToken));
    }

    private static async Task<IResult> CreateAsync(
        PaymentRequest request, [FromHeader(Name = "Idempotency-Key")] string? key, PaymentStore store, RiskClient risk, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var problems = request.Problems();
        if (key is { Length: 0 or > 200 }) problems["Idempotency-Key"] = ["must have 1 to 200 characters"];
        if (problems.Count > 0) return Results.ValidationProblem(problems, statusCode: StatusCodes.Status422UnprocessableEntity);

        var hash = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, WireFormat.Options)));
        if (key is not null && await store.FindByKeyAsync(key, hash, cancellationToken) is { } earlier) return Created(earlier);

        var score = await risk.ScoreAsync(request.Shipment!, cancellationToken);
        var now = time.GetUtcNow();
        // PostgreSQL keeps microseconds; an answer must be equal to what is read back.
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        var blank = new Payment(Guid.CreateVersion7(now), request.Shipment!, request.Amount!.Value, request.Currency!,
            PaymentStatus.Rejected, 0, RiskTier.High, false, now, now);
        var (payment, decision) = Rules.Assess(blank, score, request.ForceApproval, now);
        return Created((await store.AddAsync(payment, decision, key, hash, cancellationToken)).Payment);
    }

    private static async Task<IResult> ListAsync(
        PaymentStore store, CancellationToken cancellationToken, string? status = null, [FromQuery(Name = "risk_tier")] string? tier = null,
        int skip = 0, int limit = 50)
    {
        var problems = new Dictionary<string, string[]>();
        var chosenStatus = Parse<PaymentStatus>("status", status, problems);
        var chosenTier = Parse<RiskTier>("risk_tier", tier, problems);
        if (skip < 0) problems["skip"] = ["must be 0 or more"];
        if (limit is < 1 or > 500) problems["limit"] = ["must be 1 to 500"];
        return problems.Count > 0
            ? Results.ValidationProblem(problems, statusCode: StatusCodes.Status422UnprocessableEntity)
            : Results.Ok(await store.ListAsync(chosenStatus, chosenTier, skip, limit, cancellationToken));
    }

    private static async Task<Payment> AssessAsync(
        Guid id, PaymentStore store, RiskClient risk, TimeProvider time, CancellationToken cancellationToken,
        [FromQuery(Name = "force_approval")] bool force = false)
    {
        var payment = await store.GetAsync(id, cancellationToken);
        Rules.MayBeAssessed(payment);
        var score = await risk.ScoreAsync(payment.Shipment, cancellationToken);
        return await store.ChangeAsync(id, current =>
        {
            Rules.MayBeAssessed(current);
            return Rules.Assess(current, score, force, time.GetUtcNow());
        }, cancellationToken);
    }

    private static T? Parse<T>(string field, string? value, Dictionary<string, string[]> problems) where T : struct, Enum
    {
        if (value is null) return null;
        // Numbers parse as enums; only the words are meant.
        if (!char.IsAsciiDigit(value.FirstOrDefault()) && Enum.TryParse<T>(value, ignoreCase: true, out var parsed)) return parsed;
        problems[field] = [$"must be one of {string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))}"];
        return null;
    }

    private static IResult Created(Payment payment) => Results.Created($"/payment_intents/{payment.Id}", payment);
}
