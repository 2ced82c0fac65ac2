namespace ChainBridge.TestKit.Services.Hosting;

/// <summary>Waits until a service can be used, sees it die before that, and reports what was seen last.</summary>
/// <param name="lastOutput">The service's last output; for errors.</param>
internal sealed class Readiness(string name, ServiceOptions options, TimeProvider time, Func<string> lastOutput)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);
    private string _last = "it did not print where it listens";

    /// <param name="start">Returns the service once it listens; its token ends at the deadline.</param>
    /// <param name="ended">Ends when the service does; answers how, for people.</param>
    /// <exception cref="ServiceStartException">It ended, or the time is over.</exception>
    public async Task<T> WaitAsync<T>(Func<CancellationToken, Task<T>> start, Task<string> ended, CancellationToken cancellationToken)
        where T : ServiceUnderTest
    {
        using var deadline = new CancellationTokenSource(options.StartTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        T? service = null;
        try
        {
            var starting = start(either.Token);
            if (await Task.WhenAny(starting, ended) == ended) throw Ended(await ended);
            service = await starting;
            if (options.HealthPath is not null) await HealthyAsync(service.BaseAddress, options.HealthPath, ended, either.Token);
            return ended.IsCompleted ? throw Ended(await ended) : service;
        }
        catch (Exception failure)
        {
            var output = lastOutput();
            if (service is not null) await service.DisposeAsync();
            if (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw new ServiceStartException($"{name} was not healthy within {options.StartTimeout.TotalSeconds} s: {_last}; {output}");
            throw;
        }
    }

    private ServiceStartException Ended(string how) => new($"{name} ended with {how} before it was healthy; {lastOutput()}");

    private async Task HealthyAsync(Uri address, string path, Task ended, CancellationToken cancellationToken)
    {
        _last = $"/{path} was not asked";
        // Not the service's own client: these questions are none of the test's.
        using var client = new HttpClient { BaseAddress = address };
        for (var pause = FirstPause; !ended.IsCompleted; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                using var answer = await client.GetAsync(path, cancellationToken);
                if (answer.IsSuccessStatusCode) return;
                _last = answer.StatusCode == System.Net.HttpStatusCode.NotFound
                    ? $"/{path} answered 404: map it, name the path that answers the service's health, or do not wait for it"
                    : $"/{path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}";
            }
            catch (HttpRequestException away)
            {
                // Not yet, or no longer: the next look at the service decides.
                _last = $"/{path} did not answer: {away.Message}";
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }
}
