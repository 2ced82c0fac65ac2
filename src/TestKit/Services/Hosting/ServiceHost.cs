using ChainBridge.TestKit.Diagnostics;
using ChainBridge.TestKit.Services;
using ChainBridge.TestKit.Services.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChainBridge.TestKit;

/// <summary>A service that could not be used. The message has what was waited for and the service's last output.</summary>
public sealed class ServiceStartException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Starts services under test in ways that look the same to a test: in process, as a process, as a container, at an address.
/// </summary>
public static partial class ServiceHost
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private const string AnyPort = "http://127.0.0.1:0";

    /// <summary>
    /// Runs a built ASP.NET Core application in this process, on a free loopback port read back from it. Ready when
    /// <c>/health</c> answers 2xx.
    /// </summary>
    /// <param name="time">
    /// The clock of the waiting; the application's own was given when it was built (see <see cref="ServiceTime.UseTime"/>).
    /// </param>
    /// <param name="waitForHealth">False for a test about a service that is not healthy.</param>
    /// <exception cref="ServiceStartException">It was not healthy within 30 s; has its last answer.</exception>
    public static async Task<ServiceUnderTest> InProcessAsync(
        string name, WebApplication application, TimeProvider time, CancellationToken cancellationToken, bool waitForHealth = true)
    {
        application.Urls.Clear();
        application.Urls.Add(AnyPort);
        var log = Listen(application.Services);
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }

        return await AdoptAsync(name, application.Services, log, () => StopAsync(application), [],
            waitForHealth ? new() : new() { HealthPath = null }, time, cancellationToken);
    }

    /// <summary>
    /// A server that already runs in this process, such as that of a <c>WebApplicationFactory</c> after <c>UseKestrel(0)</c> and
    /// <c>StartServer()</c>: hand over its <c>Services</c> and itself.
    /// </summary>
    /// <param name="owner">Disposed with the service.</param>
    /// <exception cref="ServiceStartException">It listens nowhere, or was not healthy in time.</exception>
    public static async Task<ServiceUnderTest> InProcessAsync(string name, IServiceProvider services, IAsyncDisposable owner,
        CancellationToken cancellationToken, ServiceOptions? options = null) =>
        await AdoptAsync(name, services, Listen(services), owner.DisposeAsync, [], options ?? new(), TimeProvider.System,
            cancellationToken);

    /// <summary>
    /// Runs the program that <typeparamref name="TEntry"/> belongs to in this process, as its <c>Main</c> does, on
    /// a free loopback port read back from it: real Kestrel, real requests. Ready when it is started and healthy.
    /// </summary>
    /// <typeparam name="TEntry">Any type of the program's assembly, such as its <c>Program</c>.</typeparam>
    /// <exception cref="ServiceStartException">It ended, threw, or was not healthy in time.</exception>
    public static async Task<ServiceUnderTest> InProcessAsync<TEntry>(
        string name, InProcessOptions options, CancellationToken cancellationToken)
    {
        var log = new LogBuffer();
        var program = new HostedProgram(typeof(TEntry).Assembly, options, log);
        var readiness = new Readiness(name, options, TimeProvider.System, () => log.LastOutput);
        try
        {
            return await readiness.WaitAsync(
                async stop =>
                {
                    var services = await program.StartAsync(stop);
                    return new ServiceUnderTest(name, "a program in the test's process", AddressOf(name, services), log,
                        Redactor.ValuesOf(options.Settings), program.DisposeAsync);
                },
                program.Ended,
                cancellationToken);
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    /// <summary>A service that already runs somewhere; it is not stopped.</summary>
    public static ServiceUnderTest At(string name, Uri baseAddress) =>
        new(name, "not ours", baseAddress, new(), [], () => ValueTask.CompletedTask);

    private static async Task<ServiceUnderTest> AdoptAsync(
        string name, IServiceProvider services, LogBuffer log, Func<ValueTask> stop, IEnumerable<string> secrets, ServiceOptions options,
        TimeProvider time, CancellationToken cancellationToken)
    {
        var never = new TaskCompletionSource<string>();
        var readiness = new Readiness(name, options, time, () => log.LastOutput);
        return await readiness.WaitAsync(
            _ => Task.FromResult(new ServiceUnderTest(name, "in the test's process", AddressOf(name, services), log, secrets, stop)),
            never.Task, cancellationToken);
    }

    /// <summary>
    /// Stops it as it would be stopped anywhere: its background work is asked to end. What does not end in time is cut off.
    /// </summary>
    private static async ValueTask StopAsync(WebApplication application)
    {
        await using (application)
        {
            using var deadline = new CancellationTokenSource(StopTimeout);
            await application.StopAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static Uri AddressOf(string name, IServiceProvider services)
    {
        var addresses = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        return addresses.Select(address => new Uri(address))
            .FirstOrDefault(address => address.Scheme == Uri.UriSchemeHttp && address.Port != 0)
            ?? throw new ServiceStartException($"{name} listens nowhere (its addresses: {string.Join(", ", addresses)}): let it run on "
                + "Kestrel, a WebApplicationFactory by UseKestrel(0) and StartServer()");
    }

    private static LogBuffer Listen(IServiceProvider services)
    {
        var log = new LogBuffer();
        // The rules first: the factory reads them anew for each provider that is added.
        if (services.GetService<IOptionsMonitor<LoggerFilterOptions>>() is { } filter) ConsoleLog.Silence(filter.CurrentValue);
        services.GetRequiredService<ILoggerFactory>().AddProvider(new LogBufferProvider(log));
        return log;
    }
}
