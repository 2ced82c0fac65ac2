using ChainBridge.Machine;

namespace ChainBridge.TestKit.Load.Machines;

/// <summary>
/// How much CPU was used by processes that have nothing to do with the load. What made the load and what serves it is left out with its
/// children and with those that started it, so that a target that is busy is never taken for a disturbance of itself.
/// </summary>
internal static class OtherProcesses
{
    /// <summary>Of the load: from where it is made and where it is sent, over all that is asked for it.</summary>
    /// <param name="makers">The generator, and what started it.</param>
    /// <param name="port">Of the target, where that is on this machine; null of another.</param>
    /// <returns>Null where the target is here and its processes cannot be seen: then none can be told apart from them.</returns>
    public static HashSet<int>? OfTheLoad(
        IReadOnlyDictionary<int, ProcessStat> all, SocketOwners sockets, IEnumerable<int> makers, int? port)
    {
        var listening = port is { } asked ? sockets.Listening(asked).ToList() : [];
        if (port is not null && listening.Count == 0) return null;
        var children = all.Values.ToLookup(process => process.Parent, process => process.Id);
        var found = new HashSet<int>();
        var next = new Queue<int>(makers.Concat(listening));
        while (next.TryDequeue(out var process))
        {
            if (!found.Add(process)) continue;
            foreach (var one in children[process].Concat(sockets.AskedBy(process))) next.Enqueue(one);
        }

        // A supervisor counts what its children used when they end.
        foreach (var process in found.ToList())
            for (var at = process; all.TryGetValue(at, out var one) && one.Parent > 0; at = one.Parent) found.Add(one.Parent);
        return found;
    }

    /// <summary>Ticks that the others used between two looks, and the one of them that used most.</summary>
    /// <param name="isOther">Whether a process is counted.</param>
    public static (long Ticks, ProcessStat? Most, long OfMost) Used(
        IReadOnlyDictionary<int, ProcessStat> before, IReadOnlyDictionary<int, ProcessStat> after, Func<ProcessStat, bool> isOther)
    {
        bool Stayed(int id) => before.TryGetValue(id, out var was) && after.TryGetValue(id, out var now) && was.Start == now.Start;
        // What ended meanwhile is counted by what waited for it, with what it had used before the first look.
        var owed = new Dictionary<int, long>();
        foreach (var gone in before.Values.Where(process => !Stayed(process.Id)))
        {
            var heir = gone.Parent;
            while (heir > 0 && !Stayed(heir)) heir = before.TryGetValue(heir, out var dead) ? dead.Parent : 0;
            owed[heir] = owed.GetValueOrDefault(heir) + gone.Ticks;
        }

        var (sum, most, ofMost) = (0L, (ProcessStat?)null, 0L);
        foreach (var process in after.Values.Where(process => !process.IsKernel && isOther(process)))
        {
            var known = Stayed(process.Id) ? before[process.Id].Ticks + owed.GetValueOrDefault(process.Id) : 0;
            var used = Math.Max(0, process.Ticks - known);
            sum += used;
            if (used > ofMost) (most, ofMost) = (process, used);
        }

        return (sum, most, ofMost);
    }
}
