using System.Text.RegularExpressions;
using ChainBridge.LocalServers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace ChainBridge.TestKit.Services;

/// <summary>A service that could not be used. The message says what was waited for and what the service said last.</summary>
public sealed class ServiceStartException(string message) : Exception(message);

/// <summary>Starts services under test in three ways that look the same to a test: in process, as a process, at an address.</summary>
public static partial class ServiceHost
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Runs a built ASP.NET Core application in this process, on a free loopback port read back from it. Ready when <c>/health</c> answers 200.</summary>
    /// <param name="waitForHealth">False for a test about a service that is not healthy.</param>
    /// <exception cref="ServiceStartException">It was not healthy within 30 s; has its last answer.</exception>
    public static async Task<ServiceUnderTest> InProcessAsync(string name, WebApplication application, TimeProvider time, CancellationToken cancellationToken, bool waitForHealth = true)
    {
        application.Urls.Clear();
        application.Urls.Add("http://127.0.0.1:0");
        await application.StartAsync(cancellationToken);
        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var service = new ServiceUnderTest(name, new Uri(address), application.DisposeAsync);
        if (!waitForHealth) return service;
        using var deadline = new CancellationTokenSource(StartTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var last = new LastAnswer();
        try
        {
            await HealthyAsync(service.Client, Task.Delay(Timeout.InfiniteTimeSpan, time, either.Token), last, time, either.Token);
            return service;
        }
        catch (Exception failure)
        {
            await service.DisposeAsync();
            if (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw new ServiceStartException($"{name} was not healthy within {StartTimeout.TotalSeconds} s: {last.Text}");
            throw;
        }
    }

    /// <summary>
    /// Runs a program that serves HTTP. It is told <c>ASPNETCORE_URLS=http://127.0.0.1:0</c>; where it listens is read
    /// from its line <c>Now listening on: http://…</c>, plain or within JSON. Ready when <c>/health</c> answers 200.
    /// </summary>
    /// <exception cref="ServiceStartException">It ended early (told at once, with exit code and last output) or was not healthy within 30 s.</exception>
    public static async Task<ProcessUnderTest> ProcessAsync(
        string name, IEnumerable<string> command, IReadOnlyDictionary<string, string?> environment, TimeProvider time, CancellationToken cancellationToken)
    {
        var log = new LogBuffer();
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var variables = new Dictionary<string, string?>(environment) { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0" };
        var process = OwnedProcess.Start(null, command, variables, line =>
        {
            log.Add(line);
            if (Listening().Match(line) is { Success: true } match) listening.TrySetResult(new Uri(match.Groups[1].Value));
        });
        using var deadline = new CancellationTokenSource(StartTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var last = new LastAnswer();
        try
        {
            var died = process.ExitAsync(either.Token);
            if (await Task.WhenAny(listening.Task, died) == died) throw await EndedAsync(name, died, process);
            var service = new ProcessUnderTest(name, await listening.Task, process, log);
            await HealthyAsync(service.Client, died, last, time, either.Token);
            return died.IsCompleted ? throw await EndedAsync(name, died, process) : service;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var words = process.LastWords;
            await process.DisposeAsync();
            throw new ServiceStartException($"{name} was not healthy within {StartTimeout.TotalSeconds} s: {last.Text}; it {words}");
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>A service that already runs somewhere; it is not stopped.</summary>
    public static ServiceUnderTest At(string name, Uri baseAddress) => new(name, baseAddress, () => ValueTask.CompletedTask);

    private static async Task<ServiceStartException> EndedAsync(string name, Task<int> died, OwnedProcess process) =>
        new($"{name} ended with exit code {await died} before it was healthy: {process.LastWords}");

    private static async Task HealthyAsync(HttpClient client, Task died, LastAnswer last, TimeProvider time, CancellationToken cancellationToken)
    {
        while (!died.IsCompleted)
        {
            try
            {
                using var answer = await client.GetAsync("health", cancellationToken);
                if (answer.IsSuccessStatusCode) return;
                last.Text = $"/health answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}";
            }
            catch (HttpRequestException away)
            {
                // Not yet, or no longer: the next look at the process tells.
                last.Text = $"/health did not answer: {away.Message}";
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), time, cancellationToken);
        }
    }

    /// <summary>What was seen last while waiting; for the error.</summary>
    private sealed class LastAnswer
    {
        public string Text { get; set; } = "/health was not asked";
    }

    [GeneratedRegex(@"Now listening on: (http://[^\s""\\]+)")]
    private static partial Regex Listening();
}
