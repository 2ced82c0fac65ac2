namespace ChainBridge.TestKit.Load.Engines;

/// <summary>Users that each begin their next iteration when the last has ended.</summary>
internal sealed class ClosedModel(LoadPhase phase, UserCounts shape, int generator, int generators)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    private long _iterations = -1;

    /// <summary>Runs the users of this generator; ends when the schedule does, or the phase is over.</summary>
    public Task RunAsync()
    {
        var own = Enumerable.Range(0, shape.Peak).Where(user => user % generators == generator);
        return Task.WhenAll(own.Select(user => Task.Run(() => LiveAsync(user))));
    }

    private async Task LiveAsync(int number)
    {
        var user = phase.Users.Take();
        while (!phase.IsOver && phase.Now is var now && now < shape.Duration)
        {
            if (number >= shape.At(now)) await Task.Delay(Look, phase.Time).ConfigureAwait(false);
            else
                await phase.IterateAsync(user, (Interlocked.Increment(ref _iterations) * generators) + generator, phase.Now)
                    .ConfigureAwait(false);
        }
    }
}
