using System.Collections.Concurrent;
using ChainBridge.TestKit.Services.Hosting;

namespace ChainBridge.TestKit;

/// <summary>One service of a <see cref="ServiceStack"/>.</summary>
/// <param name="Name">Unique within the stack.</param>
/// <param name="StartAsync">Starts it, with the addresses of those it needs.</param>
public sealed record ServicePlan(string Name, Func<ServiceStart, CancellationToken, Task<ServiceUnderTest>> StartAsync)
{
    /// <summary>
    /// Setting or variable → the service whose address it is to have, e.g. <c>["ChainIQ:Url"] = "chainiq"</c>. That one is started before.
    /// </summary>
    public IReadOnlyDictionary<string, string> Needs { get; init; } = new Dictionary<string, string>();
}

/// <summary>What a service is started with.</summary>
/// <param name="Services">Those that it needs, running, by name.</param>
/// <param name="Settings">Setting → address, e.g. <c>ChainIQ:Url</c>.</param>
public sealed record ServiceStart(IReadOnlyDictionary<string, ServiceUnderTest> Services, IReadOnlyDictionary<string, string?> Settings)
{
    /// <summary>The same as environment variables: <c>ChainIQ__Url</c>.</summary>
    public IReadOnlyDictionary<string, string?> Variables =>
        Settings.ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value);
}

/// <summary>Several services wired to each other: started as soon as those they need are healthy, stopped the other way round.</summary>
public sealed class ServiceStack : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ServiceUnderTest> _running = new();
    private readonly ConcurrentStack<ServiceUnderTest> _order = new();

    private ServiceStack()
    {
    }

    /// <summary>A service of the stack.</summary>
    /// <exception cref="KeyNotFoundException">There is none of this name; the message names those there are.</exception>
    public ServiceUnderTest this[string name] => _running.TryGetValue(name, out var service)
        ? service
        : throw new KeyNotFoundException($"the stack has no service '{name}'; it has: {string.Join(", ", _running.Keys.Order())}");

    /// <summary>Starts all of them, those that need nothing of each other at once.</summary>
    /// <exception cref="ArgumentException">
    /// A name is there twice, a need has no service, or needs go in a circle. Nothing was started.
    /// </exception>
    /// <exception cref="ServiceStartException">One did not start; the message names it, and all others are stopped.</exception>
    public static async Task<ServiceStack> StartAsync(IReadOnlyCollection<ServicePlan> plans, CancellationToken cancellationToken)
    {
        StackPlan.Check(plans);
        var stack = new ServiceStack();
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var failures = new ConcurrentQueue<(string Name, Exception Failure)>();
        var starts = new Dictionary<string, Task>();
        foreach (var plan in StackPlan.InOrder(plans))
        {
            var needed = plan.Needs.Values.Distinct().Select(name => starts[name]).ToArray();
            starts[plan.Name] = StartOneAsync(plan, needed);
        }

        await Task.WhenAll(starts.Values);
        if (failures.IsEmpty && !cancellationToken.IsCancellationRequested) return stack;
        var stopped = stack._running.Keys.Order().ToList();
        var stopping = await StopAsync(stack);
        cancellationToken.ThrowIfCancellationRequested();
        var (culprit, cause) = failures.First();
        throw new ServiceStartException(
            $"the stack did not start because of {culprit}: {cause.Message}\n"
                + $"({(stopped.Count == 0 ? "nothing else ran" : $"stopped again: {string.Join(", ", stopped)}")}; "
                + $"never ran: {string.Join(", ", plans.Select(plan => plan.Name).Except(stopped))}{stopping})", cause);

        async Task StartOneAsync(ServicePlan plan, Task[] needed)
        {
            try
            {
                await Task.WhenAll(needed).WaitAsync(failed.Token);
                failed.Token.ThrowIfCancellationRequested();
                var services = plan.Needs.Values.Distinct().ToDictionary(name => name, name => stack._running[name]);
                var settings = plan.Needs.ToDictionary(need => need.Key, need => (string?)services[need.Value].BaseAddress.ToString());
                var service = await plan.StartAsync(new(services, settings), failed.Token);
                stack._order.Push(service);
                stack._running[plan.Name] = service;
            }
            catch (OperationCanceledException) when (failed.IsCancellationRequested)
            {
                // Another service failed, or the caller cancelled: the failure is thrown there.
            }
            catch (Exception failure)
            {
                failures.Enqueue((plan.Name, failure));
                await failed.CancelAsync();
            }
        }
    }

    /// <summary>Stops all, in reverse: no service loses another that it needs while it runs.</summary>
    /// <exception cref="AggregateException">Some did not stop; the others did.</exception>
    public async ValueTask DisposeAsync()
    {
        var failures = new List<Exception>();
        while (_order.TryPop(out var service))
        {
            try
            {
                await service.DisposeAsync();
            }
            catch (Exception failure)
            {
                failures.Add(new InvalidOperationException($"{service.Name} did not stop: {failure.Message}", failure));
            }
        }

        if (failures.Count > 0) throw new AggregateException(failures);
    }

    /// <summary>Returns what went wrong as text; it must not hide why the stack did not start.</summary>
    private static async Task<string> StopAsync(ServiceStack stack)
    {
        try
        {
            await stack.DisposeAsync();
            return "";
        }
        catch (AggregateException failures)
        {
            return $"; {string.Join("; ", failures.InnerExceptions.Select(failure => failure.Message))}";
        }
    }
}
