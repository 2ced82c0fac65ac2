using System.Text.Json;
using System.Text.Json.Serialization;
using ChainBridge.Engine.Checks;
using ChainBridge.Engine.Events;

namespace ChainBridge.DeployRunner.Output;

/// <summary>What <c>versions</c>, <c>status</c>, <c>history</c>, <c>build</c>, <c>doctor</c> or <c>explain</c> answers.</summary>
/// <param name="Item">
/// What a row is; the event's name in JSON: <c>release</c>, <c>service</c>, <c>past-deployment</c>, <c>check</c>,
/// <c>exit-code</c>.
/// </param>
public sealed record Table(string Item, IReadOnlyList<Row> Rows) : RunnerEvent;

/// <summary>
/// One row, as data. Its JSON is what scripts get, and what people see is made of that: a column of each text, and the pairs of
/// <c>details</c> below the row.
/// </summary>
public abstract record Row
{
    private static readonly JsonSerializerOptions Options = new()
    {
        TypeInfoResolver = RowJson.Default,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters =
        {
            new Cell<string?>(text => text), new Cell<bool>(yes => yes ? "yes" : "no"),
            new Cell<DateTimeOffset?>(at => at is { } time ? $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}" : null),
            new Cell<TimeSpan?>(duration => duration is { } time ? Words.Seconds(time) : null),
            new Cell<int?>(number => number is { } known ? $"{known}" : null), new Cell<long>(number => $"{number}"),
            new Cell<CheckVerdict>(verdict => verdict switch
            {
                CheckVerdict.CouldNotAsk => "could not ask", CheckVerdict.NotAsked => "not asked", _ => $"{verdict}".ToLowerInvariant(),
            }),
            new Cell<ServiceHealth>(health => health == ServiceHealth.NotRunning ? "not running" : $"{health}".ToLowerInvariant()),
        },
    };

    /// <summary>The row's members in JSON.</summary>
    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, Options.GetTypeInfo(GetType()));

    /// <summary>Every value is a text, and <c>-</c> where there is none.</summary>
    private sealed class Cell<T>(Func<T, string?> text) : JsonConverter<T>
    {
        public override bool HandleNull => true;

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("rows are only written");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(text(value) ?? "-");

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WritePropertyName(text(value) ?? "-");
    }
}

/// <summary>A release that the target can run.</summary>
/// <param name="Verdict">How its last deployment ended; null when the journal has none.</param>
/// <param name="Details">
/// Service → digest, <c>skipped</c> where something was left out when it was deployed, and where there is something to know of a rollback
/// to it, <c>rollback</c>.
/// </param>
public sealed record ReleaseRow(string Version, DateTimeOffset? Created, string By, string? Verdict, bool Stable, bool Current,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string>? Details) : Row;

/// <summary>A service as it was found, or one that should run.</summary>
/// <param name="Version">Null for one that does not run.</param>
/// <param name="Since">Its start; null for one that does not run.</param>
/// <param name="Traffic">Its slot has traffic.</param>
/// <param name="Host">The host that it is on; null where there is one.</param>
public sealed record ServiceRow(string Service, string? Version, ServiceHealth Health, DateTimeOffset? Since, string Slot, bool Traffic,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Host = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ServiceDetails? Details = null) : Row;

/// <summary>The answer of a service's health check.</summary>
public enum ServiceHealth
{
    /// <summary>It can work.</summary>
    Healthy,
    /// <summary>It cannot work.</summary>
    Unhealthy,
    /// <summary>It does not answer.</summary>
    Unknown,
    /// <summary>It should run, and does not.</summary>
    NotRunning,
}

/// <summary>What else is known of a service that runs.</summary>
/// <param name="Supervised">Null when a supervisor watches it.</param>
/// <param name="Restarts">How often it was started again; null for never.</param>
/// <param name="Skipped">What was left out when its release was deployed; null for nothing.</param>
public sealed record ServiceDetails(
    string Digest,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Supervised,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Restarts,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Skipped = null);

/// <summary>A deployment, rollback, promotion or abort of the past.</summary>
/// <param name="Version">Null when it ended before the release had its name.</param>
/// <param name="Took">Null while it runs, or when its runner died.</param>
/// <param name="Exit">The exit code; null where <paramref name="Took"/> is.</param>
public sealed record PastDeploymentRow(
    DateTimeOffset? Begun, string Verb, string? Version, TimeSpan? Took, string Verdict, int? Exit, string By,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SkippedDetails? Details = null) : Row;

/// <summary>What was left out when its release was deployed: <c>preflight</c>, <c>tests</c>.</summary>
public sealed record SkippedDetails(string Skipped);

/// <summary>What was built of a service.</summary>
public sealed record ArtifactRow(string Service, string Digest, long Bytes) : Row;

/// <summary>What a check of <c>doctor</c> found.</summary>
public sealed record CheckRow(string Check, CheckVerdict Verdict, string Evidence,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CheckDetails? Details) : Row;

/// <summary>An exit code, and what it means.</summary>
public sealed record ExitCodeRow(int? Exit, string Meaning) : Row;

/// <summary>What is to do about it.</summary>
public sealed record CheckDetails(string Next);

/// <summary>The rows; generated ahead, so that the CLI starts fast.</summary>
[JsonSerializable(typeof(ReleaseRow))]
[JsonSerializable(typeof(ServiceRow))]
[JsonSerializable(typeof(PastDeploymentRow))]
[JsonSerializable(typeof(ArtifactRow))]
[JsonSerializable(typeof(CheckRow))]
[JsonSerializable(typeof(ExitCodeRow))]
internal sealed partial class RowJson : JsonSerializerContext;
