namespace ChainBridge.TestKit.Load.Engines;

/// <summary>
/// The users of a generator. One that is free is taken again before a new one is made, the latest first: its memory is warm.
/// </summary>
internal sealed class UserPool
{
    private readonly Lock _gate = new();
    private readonly Stack<LoadUser> _free = new();
    private readonly List<LoadUser> _all = [];

    /// <param name="make">Makes one of its number.</param>
    public LoadUser Take(Func<int, LoadUser> make)
    {
        lock (_gate)
        {
            if (_free.TryPop(out var user)) return user;
            user = make(_all.Count);
            _all.Add(user);
            return user;
        }
    }

    public void Return(LoadUser user)
    {
        lock (_gate) _free.Push(user);
    }

    /// <summary>Cancels those whose step has taken too long.</summary>
    public void CancelOverdue(TimeSpan now) =>
        Cancel(user => user.Deadline is { } deadline && now > deadline, user => user.Cancel.Cancel());

    /// <summary>The run is broken off, or has ended.</summary>
    public void CancelAll() => Cancel(_ => true, user => user.Abandon());

    private void Cancel(Func<LoadUser, bool> which, Action<LoadUser> cancel)
    {
        List<LoadUser>? chosen = null;
        lock (_gate)
            foreach (var user in _all)
                if (which(user)) (chosen ??= []).Add(user);
        // Outside of the lock: what waits for it goes on right here.
        chosen?.ForEach(cancel);
    }
}
