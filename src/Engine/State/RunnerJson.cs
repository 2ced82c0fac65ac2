using System.Text.Json.Serialization;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.State;

/// <summary>How the runner's files are written; generated ahead, so that the CLI starts fast.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(LockHolder))]
internal sealed partial class RunnerJson : JsonSerializerContext;

/// <summary>The same, on many lines: release records are read by people.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Release))]
[JsonSerializable(typeof(ReleaseGates))]
[JsonSerializable(typeof(IReadOnlyList<ProbeSpec>))]
internal sealed partial class ReleaseJson : JsonSerializerContext;
