using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Notifications;

/// <summary>Three tries of 10 s, with pauses of 1 s and 3 s between them.</summary>
/// <param name="each">How long a try may take; null for 10 s.</param>
/// <param name="pauses">Between the tries; null for the usual ones.</param>
internal sealed class Tries(TimeProvider time, TimeSpan? each = null, IReadOnlyList<TimeSpan>? pauses = null)
{
    /// <summary>The longest pause that a server can ask for.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly TimeSpan _each = each ?? TimeSpan.FromSeconds(10);
    private readonly IReadOnlyList<TimeSpan> _pauses = pauses ?? [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)];

    /// <summary>The answer of the first try that has one.</summary>
    /// <exception cref="DeliveryException">The last try failed, or one failed in a way that no other try changes.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        for (var number = 0; ; number++)
        {
            try
            {
                return await OnceAsync(attempt, cancellationToken);
            }
            catch (DeliveryException failure) when (failure.Again && number < _pauses.Count)
            {
                var asked = failure.After is { } after && after > TimeSpan.Zero ? after : _pauses[number];
                await Task.Delay(asked < LongestPause ? asked : LongestPause, time, cancellationToken);
            }
            catch (DeliveryException failure) when (failure.Again)
            {
                throw new DeliveryException($"{failure.Message}, {Plural.Of(number + 1, "time")}", inner: failure);
            }
        }
    }

    private async Task<T> OnceAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_each, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await attempt(either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new DeliveryException($"no answer within {_each.TotalSeconds:0.#} s", again: true);
        }
    }
}

/// <summary>A notification was not taken; the message holds no address and no secret.</summary>
/// <param name="again">Whether another try may help.</param>
/// <param name="after">When, as the server asks.</param>
internal sealed class DeliveryException(string message, bool again = false, TimeSpan? after = null, Exception? inner = null)
    : Exception(message, inner)
{
    public bool Again { get; } = again;

    public TimeSpan? After { get; } = after;
}
