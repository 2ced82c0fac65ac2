using System.Text.RegularExpressions;
using ChainBridge.LocalServers;
using ChainBridge.TestKit.Diagnostics;
using ChainBridge.TestKit.Services;
using ChainBridge.TestKit.Services.Hosting;

namespace ChainBridge.TestKit;

public static partial class ServiceHost
{
    /// <summary>
    /// Runs a program that serves HTTP. It gets <c>ASPNETCORE_URLS=http://127.0.0.1:0</c>; where it listens is read
    /// from its line <c>Now listening on: http://…</c>, plain or within JSON. Ready when <c>/health</c> answers 2xx.
    /// </summary>
    /// <param name="time">The clock of the waiting.</param>
    /// <exception cref="ServiceStartException">
    /// It ended early (thrown at once, with exit code and last output) or was not healthy in time.
    /// </exception>
    public static async Task<ProcessUnderTest> ProcessAsync(
        string name, IEnumerable<string> command, IReadOnlyDictionary<string, string?> environment, TimeProvider time,
        CancellationToken cancellationToken, ServiceOptions? options = null)
    {
        var log = new LogBuffer();
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var variables = new Dictionary<string, string?>(environment) { ["ASPNETCORE_URLS"] = AnyPort };
        var process = OwnedProcess.Start(null, command, variables, line =>
        {
            log.Add(line);
            if (Listening().Match(line) is { Success: true } match) listening.TrySetResult(new Uri(match.Groups[1].Value));
        });
        var code = process.ExitAsync(CancellationToken.None);
        try
        {
            return await new Readiness(name, options ?? new(), time, () => $"it {process.LastOutput}").WaitAsync(
                async stop => new ProcessUnderTest(name, await listening.Task.WaitAsync(stop), process, code, log,
                    Redactor.ValuesOf(environment)), EndedAsync(code), cancellationToken);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    private static async Task<string> EndedAsync(Task<int> code) => ExitCodes.Describe(await code);

    [GeneratedRegex(@"Now listening on: (http://[^\s""\\]+)")]
    private static partial Regex Listening();
}
