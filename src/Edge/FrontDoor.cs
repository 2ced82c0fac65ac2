using System.Collections.Immutable;

namespace ChainBridge.Edge;

/// <summary>
/// Where the next request goes, how many are still under way in each slot, and how the others ended. A change is on disk before
/// it takes effect.
/// </summary>
public sealed class FrontDoor
{
    private readonly EdgeStateFile _file;
    private readonly TimeProvider _time;
    private readonly long _began;

    /// <summary>One change after the other. The disk is waited for under this one, so that requests are not held up by it.</summary>
    private readonly Lock _changing = new();

    /// <summary>Choosing and counting are one step: a slot seen as empty by a drain can get no request that was chosen before.</summary>
    private readonly Lock _traffic = new();
    private readonly SortedDictionary<string, SlotMeter> _meters = [];
    private ImmutableSortedDictionary<string, int> _opened = ImmutableSortedDictionary<string, int>.Empty;
    private EdgeState _state;
    private Routing _routing;

    /// <summary>Starts from the state on disk.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public FrontDoor(EdgeStateFile file, TimeProvider? time = null)
    {
        (_file, _state, _time) = (file, file.Read(), time ?? TimeProvider.System);
        _began = _time.GetTimestamp();
        _routing = Compile(_state);
    }

    /// <summary>The state now.</summary>
    public EdgeState State
    {
        get
        {
            lock (_traffic) return _state;
        }
    }

    /// <summary>Door → port, as the edge was started.</summary>
    public IReadOnlyDictionary<string, int> Opened
    {
        get
        {
            lock (_traffic) return _opened;
        }
    }

    /// <summary>Requests under way per slot; a slot without any is left out.</summary>
    public IReadOnlyDictionary<string, int> InFlight
    {
        get
        {
            lock (_traffic)
                return _meters.Where(slot => slot.Value.InFlight > 0).ToDictionary(slot => slot.Key, slot => slot.Value.InFlight);
        }
    }

    /// <summary>Names this start of the edge: figures of two starts cannot be compared.</summary>
    public string Start { get; } = Guid.NewGuid().ToString("N");

    /// <summary>How long ago that was, by a clock that is never set.</summary>
    public TimeSpan Uptime => _time.GetElapsedTime(_began);

    /// <summary>What was counted per slot since the edge started; a slot that had no request is left out.</summary>
    public IReadOnlyDictionary<string, SlotFigures> Figures
    {
        get
        {
            lock (_traffic)
                return _meters.Where(slot => slot.Value.Requests > 0).ToDictionary(slot => slot.Key, slot => slot.Value.Figures());
        }
    }

    /// <summary>Sets what the edge allows from the next request on.</summary>
    public Refusal? Limit(EdgeLimits limits, long token) => Change(token, _ => null, state => state with { Limits = limits });

    /// <summary>Sets the address of a slot that is behind one door.</summary>
    public Refusal? Place(string slot, Uri address, long token) => Place(slot, SlotPlace.At(address), token);

    /// <summary>Sets the addresses of a slot at every door.</summary>
    public Refusal? Place(string slot, SlotPlace place, long token) => Change(token, state => Rules.Placing(state, slot, place, _opened),
        state => state with { Slots = state.Slots.SetItem(slot, place) });

    /// <summary>Moves all new requests to the slot. Requests under way end where they began.</summary>
    public Refusal? Switch(string? slot, long token) => Change(token, state => Rules.Switching(state, slot, _opened),
        state => state.With(new Dictionary<string, int> { [slot!] = EdgeState.Whole }));

    /// <summary>Deals new requests out by these shares. Requests under way end where they began.</summary>
    public Refusal? Share(IReadOnlyDictionary<string, int>? shares, long token) =>
        Change(token, state => Rules.Sharing(state, shares, _opened), state => state.With(shares!));

    /// <summary>Replaces the doors configured before; an empty list returns to those the edge was started with.</summary>
    public Refusal? Open(IReadOnlyList<DoorRule?>? doors, long token) => Change(token, state => Rules.Dooring(state, doors, _opened),
        state => state with { Doors = [.. doors!.Select(door => door!.Normalized())] });

    /// <summary>The edge listens on these ports.</summary>
    internal void Listen(IEnumerable<KeyValuePair<string, int>> doors)
    {
        lock (_changing)
        {
            lock (_traffic)
            {
                _opened = _opened.SetItems(doors);
                _routing = Compile(_state);
            }
        }
    }

    /// <summary>Takes a request in; counted in its slot until <see cref="Leave"/>.</summary>
    internal Visit Enter(int port, string host, PathString path)
    {
        var began = _time.GetTimestamp();
        lock (_traffic)
        {
            var (door, to) = _routing.Choose(port, host, path);
            to?.Meter.Enter();
            return new Visit(_routing, door, to, began);
        }
    }

    /// <summary>The head of the release's answer has come.</summary>
    internal void Answered(Visit visit) => visit.FirstByte = _time.GetTimestamp();

    /// <summary>The request has ended.</summary>
    internal void Leave(Visit visit, Ending ending)
    {
        lock (_traffic) visit.To?.Meter.Leave(visit, ending);
    }

    private Refusal? Change(long token, Func<EdgeState, Refusal?> refuse, Func<EdgeState, EdgeState> change)
    {
        lock (_changing)
        {
            if (token < _state.Token) return new Refusal(RefusalKind.OldToken, $"a newer runner (token {_state.Token}) has the target");
            if (refuse(_state) is { } refusal) return refusal;
            var next = change(_state) with { Token = token };
            _file.Write(next);
            lock (_traffic) (_state, _routing) = (next, Compile(next));
            return null;
        }
    }

    private Routing Compile(EdgeState state) =>
        new(state, _opened, slot => _meters.TryGetValue(slot, out var meter) ? meter : _meters[slot] = new(_time));
}
