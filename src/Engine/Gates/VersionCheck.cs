using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.Gates;

/// <summary>Which release an answer came from: as the edge stamps it, and as the release itself says.</summary>
/// <param name="Stamp">The version the edge told; null for none.</param>
/// <param name="Slot">The slot the edge chose; null for an answer that did not come through one.</param>
/// <param name="Own">The version the release states itself; null for none.</param>
internal sealed record VersionCheck(string? Stamp, string? Slot, string? Own)
{
    /// <summary>The edge's header with the version of the release that answered.</summary>
    public const string StampHeader = "X-ChainBridge-Release";

    private const string SlotHeader = "X-ChainBridge-Slot";

    public static VersionCheck Of(HttpResponseHeaders headers, ProbeSpec probe) =>
        new(Value(headers, StampHeader), Value(headers, SlotHeader), Value(headers, probe.VersionHeader));

    public override string ToString() => $"version {Stamp ?? Own ?? "not stated"}";

    /// <summary>What is wrong; null when the expected release answered, or any may.</summary>
    public (Verdict Verdict, string Why)? Judge(ProbeSpec probe, GateSubject subject, HttpStatusCode status)
    {
        if (subject.ExpectedVersion is not { } expected) return null;
        var stamped = Stamp is not null && subject.Proof != VersionProof.Digests;
        if (subject.Proof == VersionProof.Stamp && !stamped)
            return Slot is not null
                && status is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
                ? (Verdict.Fail, $"the edge answered this in the place of slot {Slot}")
                : (Verdict.Inconclusive, $"the answer has no {StampHeader}, so it is not told which release answered, if one did: "
                    + "something else listens there or stands between, or the edge has no door for the request");
        if (stamped && Stamp != expected)
            return (Verdict.Fail, $"expected the version {expected}, and the edge says in {StampHeader} that another release answered");
        if (Own is null && (probe.VersionRequired || (subject.Proof == VersionProof.Answer && !stamped)))
            return (Verdict.Fail, $"expected the version {expected}, and the answer has no header {probe.VersionHeader}: the service must "
                + "send its version there, or the probe name its header as versionHeader");
        return Own is null || Own == expected
            ? null
            : (Verdict.Fail, $"expected the version {expected} in {probe.VersionHeader}, and the release says {Own}: another release "
                + "answered, or this one was built with another version");
    }

    /// <summary>What is wrong with the answer of a version route.</summary>
    public static string? OfBody(string body, string expected)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("version", out var stated)
                ? $"{stated}" == expected ? null : $"expected the version {expected}, and the release says {stated}"
                : "the answer has no 'version'";
        }
        catch (JsonException)
        {
            return "the answer is no JSON";
        }
    }

    private static string? Value(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;
}
