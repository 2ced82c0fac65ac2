using ChainBridge.Engine.Model;

namespace ChainBridge.Tests.Unit.Engine.Runs;

/// <summary>The services of both slots of a target in memory, and where the names of services lead.</summary>
internal sealed class InnerServices
{
    private readonly Dictionary<Slot, HashSet<string>> _up = new() { [Slot.Blue] = [], [Slot.Green] = [] };
    // As networks do: the one that a name was moved into last is looked up first, and goes with its slot.
    private readonly List<(string Service, Slot Slot)> _names = [];

    /// <summary>The most services that ran twice at the same time.</summary>
    public int MostTwice { get; private set; }

    /// <summary>The services of a slot that run, without its worker.</summary>
    public IReadOnlyList<string> Up(Slot slot) => [.. _up[slot]];

    public void Started(Slot slot, IEnumerable<string> services)
    {
        _up[slot].UnionWith(services);
        MostTwice = Math.Max(MostTwice, _up[Slot.Blue].Intersect(_up[Slot.Green]).Count());
    }

    public void Stopped(Slot slot, IEnumerable<string> services) => _up[slot].ExceptWith(services);

    /// <summary>The slot is empty, and no name leads there.</summary>
    public void Removed(Slot slot)
    {
        _up[slot].Clear();
        _names.RemoveAll(name => name.Slot == slot);
    }

    public void Lead(Slot slot, IEnumerable<string> services)
    {
        foreach (var service in services) _names.Add((service, slot));
    }

    /// <summary>Whether requests to a slot's door meet a service there, and that one a service that it calls.</summary>
    public bool Answers(Slot slot)
    {
        // A name leads only to what runs.
        var moved = _names.Where(name => name.Service == "pay" && _up[name.Slot].Contains("pay")).ToList();
        return _up[slot].Contains("door") && (moved.Count > 0 || _up[slot].Contains("pay"));
    }
}
