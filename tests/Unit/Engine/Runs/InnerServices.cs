using ChainBridge.Engine.Model;

namespace ChainBridge.Tests.Unit.Engine.Runs;

/// <summary>The services of both slots of a target in memory, and where the names of services lead.</summary>
internal sealed class InnerServices
{
    private readonly Dictionary<Slot, HashSet<string>> _up = new() { [Slot.Blue] = [], [Slot.Green] = [] };
    // As networks do: the one that a name was moved into last is looked up first, and goes with its slot.
    private readonly List<(string Service, Slot Slot)> _names = [];

    /// <summary>The services of a release without its worker: door calls pay, and pay calls stock where there is one.</summary>
    public IReadOnlyList<string> Names { get; set; } = ["pay", "door"];

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

    /// <summary>Whether requests to a slot's door meet a service there, and each service that is called on the way.</summary>
    public bool Answers(Slot slot) => _up[slot].Contains("door") && Met(slot, "pay") is { } pay
        && (!Names.Contains("stock") || Met(pay, "stock") is not null);

    /// <summary>The slot whose service answers a call from this one; null where none does. A name leads only to what runs.</summary>
    private Slot? Met(Slot caller, string service) =>
        _names.LastOrDefault(name => name.Service == service && _up[name.Slot].Contains(service)) is { Service: not null } moved
            ? moved.Slot : _up[caller].Contains(service) ? caller : null;
}
