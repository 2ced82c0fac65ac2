using System.Text.Json;
using System.Text.Json.Serialization;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;

namespace ChainBridge.Engine.Notifications;

/// <summary>How a notification is written; generated ahead, as nothing here is read by reflection. Each enum is named here.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters =
[
    typeof(NotificationWord<RunEnd>), typeof(NotificationWord<StepKind>), typeof(NotificationWord<Slot>),
    typeof(NotificationWord<Outcome>), typeof(NotificationWord<Verdict>),
])]
[JsonSerializable(typeof(Notification))]
internal sealed partial class NotificationJson : JsonSerializerContext;

/// <summary>A value of an enum as a word: <c>rolled-back</c> where it is named so, else <c>startCandidate</c>.</summary>
internal sealed class NotificationWord<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase) where T : struct, Enum;
