using System.Globalization;
using System.Text;

namespace ChainBridge.TestKit.Diagnostics;

/// <summary>What one test had to do with services: its correlation id, its HTTP exchanges, whom it talked to, and their secrets.</summary>
internal sealed class TestTrace
{
    /// <summary>The header that carries the test's id through the services; they log it.</summary>
    public const string CorrelationHeader = "X-Correlation-Id";

    private const int LastLines = 200;
    private const int NewestExchanges = 200;
    private const int LinesInOutput = 20;

    private readonly Lock _gate = new();
    private readonly Queue<HttpExchange> _exchanges = new();
    private readonly List<TracedService> _services = [];
    private int _forgotten;

    private TestTrace(TestScope scope)
    {
        scope.AddEvidence("services", WriteServicesAsync);
        scope.AddEvidence("http", WriteExchangesAsync);
    }

    /// <summary>Unique among all tests and runs; letters, digits and a dash, 37 of them.</summary>
    public string CorrelationId { get; } = $"test-{Guid.NewGuid():N}";

    /// <summary>The exchanges, the newest 200.</summary>
    public IReadOnlyList<HttpExchange> Exchanges
    {
        get
        {
            lock (_gate) return [.. _exchanges];
        }
    }

    /// <summary>The secrets that the services were given: to be masked.</summary>
    public IReadOnlyList<string> Secrets
    {
        get
        {
            lock (_gate) return [.. _services.SelectMany(service => service.Secrets)];
        }
    }

    /// <summary>The trace of the running test; null outside of one.</summary>
    public static TestTrace? Current => TestScope.Current is { } scope ? Of(scope) : null;

    /// <summary>The trace of a test; made when it is first asked for.</summary>
    public static TestTrace Of(TestScope scope) => scope.Extra(scope => new TestTrace(scope));

    /// <summary>Adds a service that the test uses: its log belongs to the test's evidence.</summary>
    public void Meet(TracedService service)
    {
        lock (_gate)
        {
            if (!_services.Contains(service)) _services.Add(service);
        }
    }

    /// <summary>Keeps an exchange from its beginning: one that never ends is seen, too.</summary>
    public void Add(HttpExchange exchange)
    {
        lock (_gate)
        {
            _exchanges.Enqueue(exchange);
            if (_exchanges.Count <= NewestExchanges) return;
            _exchanges.Dequeue();
            _forgotten++;
        }
    }

    /// <summary>
    /// For the output of a failed test: the last lines of each service, those with the test's correlation id where there are any.
    /// </summary>
    public string LinesForOutput()
    {
        TracedService[] services;
        lock (_gate) services = [.. _services];
        return string.Join('\n', services.Where(service => service.Lines().Count > 0).Select(service =>
        {
            var own = service.Lines().Where(line => line.Contains(CorrelationId, StringComparison.OrdinalIgnoreCase)).ToList();
            var lines = (own.Count > 0 ? own : service.Lines()).TakeLast(LinesInOutput);
            return $"The last lines of {service.Name}{(own.Count > 0 ? " with this test's correlation id" : "")}:\n"
                + $"{string.Join('\n', lines)}";
        }));
    }

    private async Task WriteServicesAsync(EvidenceFolder folder, CancellationToken cancellationToken)
    {
        TracedService[] services;
        lock (_gate) services = [.. _services];
        if (services.Length == 0) return;
        var states = services.Select(service => $"| {service.Name} | {service.Kind} | {service.Address} | {service.State()} |");
        await folder.WriteAsync("services.md", $"| service | runs as | address | state |\n|---|---|---|---|\n{string.Join('\n', states)}\n",
            cancellationToken);
        foreach (var (service, number) in services.Select((service, number) => (service, number)))
        {
            var twin = services.Take(number).Count(other => other.Name == service.Name);
            if (service.Lines().Count > 0)
                await folder.WriteAsync($"log-{service.Name}{(twin > 0 ? $"-{twin + 1}" : "")}.txt", LogOf(service), cancellationToken);
        }
    }

    /// <summary>The test's own lines first, then the last of all.</summary>
    private string LogOf(TracedService service)
    {
        var lines = service.Lines();
        var own = lines.Where(line => line.Contains(CorrelationId, StringComparison.OrdinalIgnoreCase)).TakeLast(LastLines).ToList();
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture,
            $"{service.Name}: {service.State()}\n\n== {own.Count} lines with this test's correlation id, {CorrelationId}\n");
        foreach (var line in own) text.Append(line).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"\n== the last {Math.Min(LastLines, lines.Count)} lines of {lines.Count}\n");
        foreach (var line in lines.TakeLast(LastLines)) text.Append(line).Append('\n');
        return text.ToString();
    }

    private async Task WriteExchangesAsync(EvidenceFolder folder, CancellationToken cancellationToken)
    {
        var exchanges = Exchanges;
        if (exchanges.Count == 0) return;
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{CorrelationHeader}: {CorrelationId}\n");
        if (_forgotten > 0) text.Append(CultureInfo.InvariantCulture, $"({_forgotten} older exchanges were not kept)\n");
        foreach (var exchange in exchanges) text.Append('\n').Append(exchange.Describe());
        await folder.WriteAsync("http.txt", text.ToString(), cancellationToken);
    }
}
