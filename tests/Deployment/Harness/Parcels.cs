namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>Brings parcels to the desk without a pause, each with a name of its own, until it is stopped.</summary>
public sealed class Parcels : IAsyncDisposable
{
    private readonly HttpClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _bringing;

    public Parcels(Uri desk)
    {
        _client = new HttpClient { BaseAddress = desk, Timeout = TimeSpan.FromSeconds(20) };
        _bringing = BringAsync();
    }

    /// <summary>Those the desk has taken.</summary>
    public List<string> Taken { get; } = [];

    /// <summary>What went wrong with others.</summary>
    public List<string> Refused { get; } = [];

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _bringing;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task BringAsync()
    {
        for (var number = 0; !_stop.IsCancellationRequested; number++)
        {
            var name = $"parcel-{number:D6}";
            try
            {
                // Not cut off when it is stopped: whether a parcel was taken must be known.
                using var answer = await _client.PostAsync("parcels", new StringContent(name), CancellationToken.None);
                if (answer.IsSuccessStatusCode) Taken.Add(name);
                else Refused.Add($"{name}: {(int)answer.StatusCode}");
            }
            catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
            {
                Refused.Add($"{name}: {failure.Message}");
            }
        }
    }
}
