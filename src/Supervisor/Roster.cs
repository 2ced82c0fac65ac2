using ChainBridge.Machine;
using ChainBridge.Machine.Supervision;

namespace ChainBridge.Supervisor;

/// <summary>Why a change was refused.</summary>
public enum Refusal
{
    /// <summary>It was not.</summary>
    None,
    /// <summary>A newer fencing token was seen.</summary>
    OldToken,
    /// <summary>There is no such unit.</summary>
    UnknownUnit,
    /// <summary>This supervisor is about to end; the next one will answer.</summary>
    Closing,
}

/// <summary>
/// All units. Every change is on disk before it takes effect, so that a supervisor killed at any instant leaves its
/// successor what it needs. This part: what others may ask for.
/// </summary>
public sealed partial class Roster
{
    /// <summary>After a signal that no process can refuse, anything longer is the kernel's trouble.</summary>
    private static readonly TimeSpan KillDeadline = TimeSpan.FromSeconds(10);

    private readonly SupervisorFolder _folder;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _changing = new();
    private readonly OrderedDictionary<string, Unit> _units = [];
    private readonly string _boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
    private long _token;
    private bool _closing;
    private long _idleSince;

    /// <summary>Touches nothing yet; see <see cref="Adopt"/>.</summary>
    public Roster(SupervisorFolder folder, TimeProvider time, ILogger log) =>
        (_folder, _time, _log, _idleSince) = (folder, time, log, time.GetTimestamp());

    /// <summary>What is there now.</summary>
    public SupervisorReport Report
    {
        get
        {
            lock (_changing)
                return new(ProcessIdentity.Of(Environment.ProcessId), _token, [.. _units.Values.Select(unit => unit.Report)],
                    SupervisorReport.CurrentProtocol);
        }
    }

    /// <summary>Whether it takes no further orders.</summary>
    public bool Closed
    {
        get
        {
            lock (_changing) return _closing;
        }
    }

    /// <summary>Makes the token the highest one seen, and changes nothing else.</summary>
    public Refusal Fence(long token)
    {
        lock (_changing)
        {
            if (_closing) return Refusal.Closing;
            if (token < _token) return Refusal.OldToken;
            if (token == _token) return Refusal.None;
            _token = token;
            Save();
            return Refusal.None;
        }
    }

    /// <summary>Starts the unit, unless one of its name runs already: that one stays as it is.</summary>
    public async Task<(Refusal Refusal, UnitReport? Unit)> StartAsync(long token, UnitSpec spec, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task ending;
            lock (_changing)
            {
                if (Fence(token) is var refusal and not Refusal.None) return (refusal, null);
                var known = _units.GetValueOrDefault(spec.Name);
                if (known is null or { Alive: false }) return (Refusal.None, Begin(spec));
                if (known.Report.Phase != UnitPhase.Stopping) return (Refusal.None, known.Report);
                ending = known.Stop ?? Task.CompletedTask;
            }

            await ending.WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// The caller that started it has seen it ready: from now on it is started again when it dies. One that has died
    /// meanwhile is answered as it is.
    /// </summary>
    public (Refusal Refusal, UnitReport? Unit) Prove(long token, string name)
    {
        lock (_changing)
        {
            if (Fence(token) is var refusal and not Refusal.None) return (refusal, null);
            if (_units.GetValueOrDefault(name) is not { } unit) return (Refusal.UnknownUnit, null);
            if (unit is { Alive: true, Report.Proved: false })
            {
                unit.Report = unit.Report with { Proved = true };
                Save();
            }

            return (Refusal.None, unit.Report);
        }
    }

    /// <summary>Stops the unit; done when nothing of it is left. One that is not there is stopped already.</summary>
    /// <returns>How it was last; null of one that was not there.</returns>
    /// <exception cref="TimeoutException">It does not end, even when killed.</exception>
    public async Task<(Refusal Refusal, UnitReport? Unit)> StopAsync(long token, string name)
    {
        Task ending;
        Unit? unit;
        lock (_changing)
        {
            if (Fence(token) is var refusal and not Refusal.None) return (refusal, null);
            if (!_units.TryGetValue(name, out unit)) return (Refusal.None, null);
            ending = End(unit);
        }

        await ending;
        lock (_changing) return (Refusal.None, unit.Report);
    }

    /// <summary>Stops everything, the newest first, and takes no further orders.</summary>
    /// <exception cref="TimeoutException">A unit does not end, even when killed.</exception>
    public async Task<Refusal> EndAsync(long token)
    {
        while (true)
        {
            string name;
            lock (_changing)
            {
                if (Fence(token) is var refusal and not Refusal.None) return refusal;
                if (_units.Count == 0)
                {
                    _closing = true;
                    return Refusal.None;
                }

                name = _units.GetAt(_units.Count - 1).Key;
            }

            if (await StopAsync(token, name) is { Refusal: var refused and not Refusal.None }) return refused;
        }
    }

    /// <summary>True, and no further orders are taken, once nothing has run for this long.</summary>
    public bool CloseWhenIdle(TimeSpan idle)
    {
        lock (_changing)
        {
            if (_units.Values.Any(unit => unit.Alive)) _idleSince = _time.GetTimestamp();
            return _closing |= _time.GetElapsedTime(_idleSince) >= idle;
        }
    }

    private void Save() => _folder.Write(new(_token, _boot, [.. _units.Values.Select(unit => new UnitRecord(unit.Spec, unit.Report))]));
}
