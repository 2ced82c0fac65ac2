using System.Text.Json.Serialization;

namespace ChainBridge.Machine.Supervision;

/// <summary>The state of a unit.</summary>
public enum UnitPhase
{
    /// <summary>Its process runs.</summary>
    Running,
    /// <summary>Its process died; the next start is a short while away.</summary>
    Pausing,
    /// <summary>It was asked to end and has not yet.</summary>
    Stopping,
    /// <summary>It died before it was proved, and nothing starts it again.</summary>
    Ended,
}

/// <summary>What the supervisor reports of a unit; holds no environment.</summary>
/// <param name="Process">Null while nothing runs.</param>
/// <param name="Address">Where it listens; null until it has printed it.</param>
/// <param name="Proved">
/// The runner has seen it ready. From then on it is started again when it dies; an earlier death is a failed start.
/// </param>
/// <param name="Restarts">How often it was started again.</param>
/// <param name="LastEnd">How its process ended last, e.g. <c>exit code 139 (SIGSEGV)</c>; null before the first time.</param>
/// <param name="Since">The last start.</param>
public sealed record UnitReport(
    string Name,
    UnitPhase Phase,
    ProcessIdentity? Process,
    Uri? Address,
    bool Proved,
    int Restarts,
    string? LastEnd,
    DateTimeOffset Since)
{
    /// <summary>Those of its <see cref="UnitSpec"/>.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>It was stopped, did not end within its time, and was killed.</summary>
    public bool Killed { get; init; }
}

/// <summary>What the supervisor reports of itself.</summary>
/// <param name="Token">The highest fencing token seen; a change that carries an older one is refused.</param>
/// <param name="Units">In the order they were started.</param>
/// <param name="Protocol">
/// What it understands; another number than <see cref="CurrentProtocol"/> is a supervisor of another release of the runner.
/// </param>
public sealed record SupervisorReport(ProcessIdentity Process, long Token, IReadOnlyList<UnitReport> Units, int Protocol)
{
    /// <summary>Grows when orders, answers or the file change their meaning. A newer supervisor reads an older one's file.</summary>
    public const int CurrentProtocol = 1;
}

/// <summary>Asks for a unit to run.</summary>
public sealed record StartUnit(long Token, UnitSpec Unit);

/// <summary>Any other change.</summary>
public sealed record Change(long Token);

/// <summary>A unit as it is kept on disk.</summary>
public sealed record UnitRecord(UnitSpec Spec, UnitReport Report);

/// <summary>All that the supervisor keeps on disk.</summary>
/// <param name="Boot">The machine's start, by the kernel's id: process ids of an earlier start mean nothing.</param>
public sealed record SupervisorRecord(long Token, string Boot, IReadOnlyList<UnitRecord> Units);

/// <summary>The one spelling of all this, on disk and on the socket; generated ahead, so that the CLI starts fast.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SupervisorReport))]
[JsonSerializable(typeof(SupervisorRecord))]
[JsonSerializable(typeof(StartUnit))]
[JsonSerializable(typeof(Change))]
public sealed partial class SupervisionJson : JsonSerializerContext;
