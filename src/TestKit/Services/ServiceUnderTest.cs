namespace ChainBridge.TestKit.Services;

/// <summary>A service a test talks to, wherever it runs.</summary>
public class ServiceUnderTest : IAsyncDisposable
{
    private readonly Func<ValueTask> _stop;

    internal ServiceUnderTest(string name, Uri baseAddress, Func<ValueTask> stop)
    {
        (Name, BaseAddress, _stop) = (name, baseAddress, stop);
        Client = new HttpClient { BaseAddress = baseAddress, Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>For people.</summary>
    public string Name { get; }

    /// <summary>Where it listens, as it said itself.</summary>
    public Uri BaseAddress { get; }

    /// <summary>A client of its own; 30 s for an answer.</summary>
    public HttpClient Client { get; }

    /// <summary>Stops the service; one that was only pointed at (base URL) goes on.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _stop();
        GC.SuppressFinalize(this);
    }
}
