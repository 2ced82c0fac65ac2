namespace ChainBridge.Bench;

/// <summary>The Docker engine of this machine.</summary>
internal static class Engine
{
    /// <summary>Whether it answers.</summary>
    public static async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Child.UntilExitAsync(Child.Start("/", "docker", ["version"]), 0, cancellationToken);
            return true;
        }
        catch (Exception away) when (away is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
