namespace ChainBridge.Edge;

/// <summary>Why a change was refused.</summary>
public enum Refusal
{
    /// <summary>It was not.</summary>
    None,
    /// <summary>A newer fencing token was seen.</summary>
    OldToken,
    /// <summary>The slot has no address.</summary>
    UnknownSlot,
}

/// <summary>How a request ended.</summary>
public enum Ending
{
    /// <summary>The release answered with a status below 500, or the caller went away.</summary>
    Served,
    /// <summary>The release answered with 500 or above.</summary>
    Failed,
    /// <summary>The release took no connection, gave no answer, or broke one off.</summary>
    Broken,
}

/// <summary>What the edge counted for a slot since the edge started. Requests still under way are not among them.</summary>
/// <param name="Requests">All that ended, the failed and broken ones included.</param>
public sealed record SlotFigures(long Requests, long Failed, long Broken)
{
    internal SlotFigures With(Ending ending) =>
        new(Requests + 1, Failed + (ending == Ending.Failed ? 1 : 0), Broken + (ending == Ending.Broken ? 1 : 0));
}

/// <summary>
/// Where the next request goes, how many are still under way in each slot, and how the others ended. A change is on
/// disk before it takes effect.
/// </summary>
public sealed class FrontDoor
{
    private readonly EdgeStateFile _file;
    private readonly Lock _changing = new();
    private readonly Dictionary<string, int> _inFlight = [];
    private readonly Dictionary<string, SlotFigures> _figures = [];
    private EdgeState _state;

    /// <summary>Starts from the state on disk.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public FrontDoor(EdgeStateFile file) => (_file, _state) = (file, file.Read());

    /// <summary>The state now.</summary>
    public EdgeState State
    {
        get
        {
            lock (_changing) return _state;
        }
    }

    /// <summary>Requests under way per slot; a slot without any is left out.</summary>
    public IReadOnlyDictionary<string, int> InFlight
    {
        get
        {
            lock (_changing) return _inFlight.Where(slot => slot.Value > 0).ToDictionary();
        }
    }

    /// <summary>Names this start of the edge: figures of two starts cannot be compared.</summary>
    public string Start { get; } = Guid.NewGuid().ToString("N");

    /// <summary>What was counted per slot since the edge started.</summary>
    public IReadOnlyDictionary<string, SlotFigures> Figures
    {
        get
        {
            lock (_changing) return new Dictionary<string, SlotFigures>(_figures);
        }
    }

    /// <summary>Sets what the edge allows from the next request on.</summary>
    public Refusal Limit(EdgeLimits limits, long token) => Change(token, state => state with { Limits = limits });

    /// <summary>Tells where a slot is.</summary>
    public Refusal Place(string slot, Uri address, long token) =>
        Change(token, state => state with { Slots = state.Slots.SetItem(slot, address) });

    /// <summary>Moves all new requests to the slot. Requests under way end where they began.</summary>
    public Refusal Switch(string slot, long token)
    {
        lock (_changing) return _state.Slots.ContainsKey(slot) ? Change(token, state => state with { Active = slot }) : Refusal.UnknownSlot;
    }

    /// <summary>
    /// Takes a request in: the slot it goes to and its address, counted until <see cref="Leave"/>; null when no slot is active.
    /// </summary>
    public (string Slot, Uri Address)? Enter()
    {
        // Choosing and counting are one step: a slot seen as empty by a drain can get no request that was chosen before.
        lock (_changing)
        {
            if (_state.Active is not { } slot) return null;
            _inFlight[slot] = _inFlight.GetValueOrDefault(slot) + 1;
            return (slot, _state.Slots[slot]);
        }
    }

    /// <summary>The request has ended.</summary>
    public void Leave(string slot, Ending ending)
    {
        lock (_changing)
        {
            _inFlight[slot]--;
            _figures[slot] = _figures.GetValueOrDefault(slot, new SlotFigures(0, 0, 0)).With(ending);
        }
    }

    private Refusal Change(long token, Func<EdgeState, EdgeState> change)
    {
        lock (_changing)
        {
            if (token < _state.Token) return Refusal.OldToken;
            var next = change(_state) with { Token = token };
            _file.Write(next);
            _state = next;
            return Refusal.None;
        }
    }
}
