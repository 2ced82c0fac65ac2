namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>Waits for conditions. Every wait ends, and its failure names what it waited for.</summary>
public static class Until
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    public static async Task TrueAsync(string what, TimeSpan deadline, Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(began) > deadline)
                throw new TimeoutException($"waited {deadline.TotalSeconds:0} s for this: {what}");
            await Task.Delay(Pause, cancellationToken);
        }
    }
}
