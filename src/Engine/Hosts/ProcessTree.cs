using ChainBridge.Machine;

namespace ChainBridge.Engine.Hosts;

/// <summary>
/// Every process that came of a command: those that carry its id in their environment, those of its session, what
/// descends from them, and orphans that this process adopted since.
/// </summary>
internal sealed class ProcessTree
{
    /// <summary>
    /// Between the request to end (SIGTERM) and the end by force (SIGKILL). Processes in other sessions are asked only after
    /// it: what guards the servers of a test run sees the run end, and removes them by itself.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private const int Terminate = 15;
    private const int Kill = 9;
    private static readonly TimeSpan KillDeadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);
    private readonly string _id;
    private readonly int _ownSession;
    private readonly HashSet<ProcessIdentity>? _before;

    /// <param name="id">The command's id in <see cref="CommandMark.Variable"/>.</param>
    /// <param name="adopts">Whether this process adopts orphans. Its children of now are not the command's.</param>
    public ProcessTree(string id, bool adopts)
    {
        var all = ProcessTable.Read();
        (_id, _ownSession) = (id, all.FirstOrDefault(process => process.Identity.Id == Environment.ProcessId)?.Session ?? 0);
        if (adopts) _before = [.. OwnChildren(all).Select(child => child.Identity)];
    }

    /// <summary>The command's own process, and whether it leads a session.</summary>
    public (int Id, bool LeadsSession) Root { get; set; }

    /// <summary>Asks them to end, kills what does not, and answers which there were: <c>NAME (ID)</c>. Takes at most 20 s.</summary>
    /// <param name="everything">Also descendants that left the session and lost the variable; otherwise only those two.</param>
    public async Task<IReadOnlyList<string>> EndAsync(bool everything)
    {
        var (found, asked, began) =
            (new Dictionary<ProcessIdentity, string>(), new HashSet<ProcessIdentity>(), TimeProvider.System.GetTimestamp());
        while (Find(everything) is { Count: > 0 } left)
        {
            var waited = TimeProvider.System.GetElapsedTime(began);
            if (waited > 2 * Grace + KillDeadline)
                return [.. found.Values,
                    .. left.Select(process => $"{process.Name} ({process.Identity.Id}), which does not end even when killed")];
            foreach (var process in left)
            {
                found.TryAdd(process.Identity, $"{process.Name} ({process.Identity.Id})");
                var since = process.Session == Session ? waited : waited - Grace;
                if (since > Grace) process.Identity.Signal(Kill);
                else if (since >= TimeSpan.Zero && asked.Add(process.Identity)) process.Identity.Signal(Terminate);
            }

            await Task.Delay(Pause);
        }

        return [.. found.Values];
    }

    private int Session => Root.LeadsSession ? Root.Id : _ownSession;

    /// <summary>None when two looks in turn find none: in one, a process can end before it is read, and its child begin after.</summary>
    private List<RunningProcess> Find(bool everything) => Look(everything) is { Count: > 0 } found ? found : Look(everything);

    private List<RunningProcess> Look(bool everything)
    {
        var all = ProcessTable.Read();
        var marked = ProcessTable.WithVariable(_id).Select(process => process.Id).ToHashSet();
        bool OfTheCommand(RunningProcess process) => marked.Contains(process.Identity.Id) || process.Identity.Id == Root.Id
            || (Root.LeadsSession && process.Session == Root.Id);
        var found = all.Where(OfTheCommand).ToList();
        if (everything && _before is not null)
            found.AddRange(OwnChildren(all).Where(child => !_before.Contains(child.Identity)
                && !ProcessTable.HasVariable(child.Identity.Id, $"{CommandMark.Variable}=")));
        return [.. (everything ? ProcessTable.WithDescendants(all, found) : found.Distinct())
            .Where(process => process.Identity.Id != Environment.ProcessId)];
    }

    private static IEnumerable<RunningProcess> OwnChildren(IEnumerable<RunningProcess> all) =>
        all.Where(process => process.Parent == Environment.ProcessId);
}
