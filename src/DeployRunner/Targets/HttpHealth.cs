namespace ChainBridge.DeployRunner.Targets;

/// <summary>Asks a health route.</summary>
internal static class HttpHealth
{
    /// <summary>True or false as the answer says; null when there is none.</summary>
    public static async Task<bool?> AskAsync(HttpClient client, Uri health, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync(health, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
