using System.Globalization;
using System.Text.Json;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Machine;

namespace ChainBridge.Engine.State;

/// <summary>
/// The lock of a target: <c>lock.json</c> says who, <c>token</c> holds the number that only grows. Each change to
/// them happens under an operating-system lock on <c>lock.guard</c>, which dies with its process: so taking over an
/// expired lock can never delete the one a faster runner has just taken.
/// </summary>
/// <param name="files">Of the host that the environment lives on.</param>
/// <param name="isDead">
/// Whether the holder is known to be gone (same machine, no such process), so that no runner waits for its expiry.
/// </param>
public sealed class TargetLock(IHostFiles files, string stateDirectory, TimeProvider time, Func<LockHolder, bool> isDead)
{
    /// <summary>How long a holder that does not renew keeps the lock: 30 s.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan GuardDeadline = TimeSpan.FromSeconds(5);
    private readonly string _path = Path.Combine(stateDirectory, "lock.json");
    private readonly string _token = Path.Combine(stateDirectory, "token");

    /// <summary>Now, by the clock of the environment's machine: what expires there means the same to every runner.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Takes the lock and keeps renewing it until it is disposed.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Locked"/>: another runner holds it.</exception>
    public async Task<HeldLock> AcquireAsync(string who, string host, int processId, string why, CancellationToken cancellationToken)
    {
        using var guard = await GuardAsync(cancellationToken, _token);
        var last = Read(guard.Contents[0]);
        RefuseIf(last);
        var now = Now;
        var spent = long.TryParse(guard.Contents[1], CultureInfo.InvariantCulture, out var number) ? number : 0;
        var token = Math.Max(spent, last?.Token ?? 0) + 1;
        var holder = new LockHolder(who, host, processId, why, now, token, now + Lifetime) { Space = ProcessSpace.Identity() };
        files.Change(changes =>
        {
            changes.Sweep(stateDirectory);
            changes.Write(_token, token.ToString(CultureInfo.InvariantCulture));
            changes.Write(_path, Text(holder));
        });
        return new HeldLock(this, holder, time);
    }

    /// <summary>Says early what <see cref="AcquireAsync"/> would say later.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Locked"/>: another runner holds it.</exception>
    public void RefuseIfHeld() => RefuseIf(Holder());

    private void RefuseIf(LockHolder? holder)
    {
        if (holder is { } other && other.Until > Now && !isDead(other))
            throw new EngineException(Failure.Locked, $"the lock is held by {other}",
                "wait for it to end, or break it: deployrunner unlock --force");
    }

    /// <summary>Who holds the lock now, expired or not; null when it is free.</summary>
    public LockHolder? Holder() => Read(files.Read(_path));

    private static LockHolder? Read(string? written)
    {
        try
        {
            return written is { } text ? JsonSerializer.Deserialize(text, RunnerJson.Default.LockHolder) : null;
        }
        catch (JsonException)
        {
            // Written whole or not at all: what cannot be read was not written by a runner, and holds nothing.
            return null;
        }
    }

    /// <summary>
    /// Takes the lock away from its holder, and answers who that was. Its token is spent: the target ignores it once a newer one was seen.
    /// </summary>
    public async Task<LockHolder?> BreakAsync(CancellationToken cancellationToken)
    {
        using var guard = await GuardAsync(cancellationToken);
        var holder = Read(guard.Contents[0]);
        files.Delete(_path);
        return holder;
    }

    /// <summary>Prolongs the lock; false when it is no longer the holder's.</summary>
    internal async Task<bool> RenewAsync(LockHolder holder, CancellationToken cancellationToken)
    {
        using var guard = await GuardAsync(cancellationToken);
        if (Read(guard.Contents[0])?.Token != holder.Token) return false;
        files.Write(_path, Text(holder with { Until = Now + Lifetime }));
        return true;
    }

    /// <summary>Gives the lock back, if it is still the holder's.</summary>
    internal async Task ReleaseAsync(LockHolder holder, CancellationToken cancellationToken)
    {
        using var guard = await GuardAsync(cancellationToken);
        if (Read(guard.Contents[0])?.Token == holder.Token) files.Delete(_path);
    }

    private static string Text(LockHolder holder) => JsonSerializer.Serialize(holder, RunnerJson.Default.LockHolder);

    /// <summary>Enters the guard, and reads <c>lock.json</c> and these files under it.</summary>
    private Task<GuardedFiles> GuardAsync(CancellationToken cancellationToken, params IReadOnlyList<string> others) =>
        files.LockAndReadAsync(Path.Combine(stateDirectory, "lock.guard"), [_path, .. others], GuardDeadline, time, cancellationToken);
}

/// <summary>The lock while it is held.</summary>
public sealed class HeldLock : IAsyncDisposable
{
    /// <summary>
    /// The lock is lost when its lifetime is over, also while a renewal is under way that the host does not answer. It ends a little
    /// earlier here, because what was written had to travel.
    /// </summary>
    private static readonly TimeSpan Safe = TargetLock.Lifetime * 0.9;

    private readonly TargetLock _lock;
    private readonly CancellationTokenSource _lost = new();
    private readonly ITimer _expiry;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _renewal;

    internal HeldLock(TargetLock targetLock, LockHolder holder, TimeProvider time)
    {
        (_lock, Holder) = (targetLock, holder);
        _expiry = time.CreateTimer(_ =>
        {
            ReleaseFailure ??= new TimeoutException($"it was not renewed within {Safe.TotalSeconds:0} s");
            _lost.Cancel();
        }, null, Safe, Timeout.InfiniteTimeSpan);
        _renewal = RenewAsync(time);
    }

    /// <summary>What was written when it was taken.</summary>
    public LockHolder Holder { get; }

    /// <summary>The number the target is shown with each change.</summary>
    public FencingToken Token => new(Holder.Token);

    /// <summary>Cancelled when another runner took the lock over: stop at once.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>What went wrong while giving it back; null when nothing did. Never thrown: it must not hide the first error.</summary>
    public Exception? ReleaseFailure { get; private set; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _renewal;
        await _expiry.DisposeAsync();
        try
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await _lock.ReleaseAsync(Holder, deadline.Token);
        }
        catch (Exception failure)
            when (failure is IOException or UnauthorizedAccessException or EngineException or OperationCanceledException)
        {
            ReleaseFailure = failure;
        }

        _stop.Dispose();
    }

    private async Task RenewAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(TargetLock.Lifetime / 3, time);
        var renewed = time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                var asked = time.GetTimestamp();
                var (held, failure) = await TryRenewAsync();
                if (_lost.IsCancellationRequested) return;
                if (held)
                {
                    renewed = asked;
                    var left = Safe - time.GetElapsedTime(asked);
                    _expiry.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
                }
                // What was written last holds for a while: a host that is away for a moment is asked again. When the next time would
                // be too late, the lock will be another runner's soon.
                else if (failure is null || time.GetElapsedTime(renewed) >= TargetLock.Lifetime - (TargetLock.Lifetime / 3))
                {
                    ReleaseFailure = failure;
                    await _lost.CancelAsync();
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Given back.
        }
    }

    private async Task<(bool Held, Exception? Failure)> TryRenewAsync()
    {
        try
        {
            return (await _lock.RenewAsync(Holder, _stop.Token), null);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return (false, failure);
        }
    }
}
