using ChainBridge.TestKit.Diagnostics;
using ChainBridge.TestKit.Services;

namespace ChainBridge.TestKit;

/// <summary>
/// A service a test talks to, wherever it runs. One that a test starts ends with that test at the latest; start what tests share
/// in a fixture. Its log and the exchanges of <see cref="Client"/> are evidence when the test fails.
/// </summary>
public class ServiceUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);
    private readonly Func<ValueTask> _stop;
    private readonly LogBuffer _log;
    private readonly Lock _gate = new();
    private Task? _stopped;
    private string? _endedItself;

    internal ServiceUnderTest(string name, string kind, Uri baseAddress, LogBuffer log, IEnumerable<string> secrets, Func<ValueTask> stop)
    {
        (Name, BaseAddress, _log, _stop) = (name, baseAddress, log, stop);
        var traced = new TracedService(name, kind, baseAddress, [.. secrets], () => State, () => Log);
        Client =
            new HttpClient(new RecordingHandler(traced, new SocketsHttpHandler())) { BaseAddress = baseAddress, Timeout = AnswerTimeout };
        if (TestScope.Current is not { } scope) return;
        TestTrace.Of(scope).Meet(traced);
        scope.Own(this);
    }

    /// <summary>The name in logs and evidence.</summary>
    public string Name { get; }

    /// <summary>The address where it listens, as it printed it.</summary>
    public Uri BaseAddress { get; }

    /// <summary>
    /// A client of its own; 30 s for an answer. Within a test it sends the header <c>X-Correlation-Id</c>, unique per test,
    /// unless the request has one, and the newest 200 exchanges are kept.
    /// </summary>
    public HttpClient Client { get; }

    /// <summary>
    /// What it wrote, from the first line on: the first 500 lines and the newest 5,000. Empty where it cannot be read (base URL).
    /// </summary>
    public IReadOnlyList<string> Log => _log.Lines;

    /// <summary>How it is, for people: how it ended by itself, if it did.</summary>
    private string State => _endedItself ?? (_stopped is null ? EndedItself() ?? "runs" : "was stopped by the test");

    /// <summary>How it ended by itself; null while it runs.</summary>
    private protected virtual string? EndedItself() => null;

    /// <summary>Stops the service; one that was only pointed at (base URL) goes on. Again waits for the first time.</summary>
    public async ValueTask DisposeAsync()
    {
        Task stopped;
        lock (_gate) stopped = _stopped ??= StopAsync();
        await stopped;
        GC.SuppressFinalize(this);
    }

    private async Task StopAsync()
    {
        // What comes now is our doing.
        _endedItself = EndedItself();
        Client.Dispose();
        await _stop();
    }
}
