namespace ChainBridge.TestKit.Load.Engines;

/// <summary>Users that each begin their next iteration when the last has ended.</summary>
internal sealed class ClosedModel(LoadPhase phase, UserCounts shape, int generator, int generators, long first)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    private long _iterations = (first / generators) - 1;

    /// <summary>The number with which a model after this one goes on; of this generator's own numbers.</summary>
    public long Next => (Volatile.Read(ref _iterations) + 1) * generators;

    /// <summary>Runs the users of this generator; ends when the schedule does, or the phase is over.</summary>
    public Task RunAsync()
    {
        var own = Enumerable.Range(0, shape.Peak).Where(user => user % generators == generator);
        return Task.WhenAll(own.Select(user => Task.Run(() => LiveAsync(user))));
    }

    private async Task LiveAsync(int number)
    {
        var user = phase.Take();
        while (!phase.IsOver && phase.Now is var now && now < shape.Duration)
        {
            if (number >= shape.At(now)) await Task.Delay(Look, phase.Time).ConfigureAwait(false);
            else
                await phase.IterateAsync(user, (Interlocked.Increment(ref _iterations) * generators) + generator, phase.Now)
                    .ConfigureAwait(false);
        }

        phase.Users.Return(user);
    }
}
