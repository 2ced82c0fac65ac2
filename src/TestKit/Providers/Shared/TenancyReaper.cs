using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using ChainBridge.Machine;

namespace ChainBridge.TestKit.Providers.Shared;

/// <summary>
/// What a run leaves on a shared server when it is killed, and where that is; holds passwords, and travels on a pipe only.
/// </summary>
internal sealed record TenancyOrder(
    string Server, string Host, int Port, string Username, string Password, string HomeDatabase, string Further, string Run);

/// <summary>
/// A process of its own, in a session of its own, that holds a pipe to us and, when we are killed, drops what our run has on a shared
/// server. It is this library run as a program: a shell would need <c>psql</c> and <c>redis-cli</c>, which CI machines may lack.
/// </summary>
internal sealed class TenancyReaper : IAsyncDisposable
{
    private const string Ready = "watching";
    private const string Done = "done";
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan TidyTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private readonly Task _watched;

    private TenancyReaper(Process process, Task watched) => (_process, _watched) = (process, watched);

    /// <summary>
    /// Starts one. It is not waited for: its order is in the pipe, and it finds that also when we are killed before it can read.
    /// When it does not come up, a line is logged.
    /// </summary>
    public static TenancyReaper Start(TenancyOrder order, TextWriter log)
    {
        var self = typeof(TenancyReaper).Assembly.Location;
        var start = OwnSession.Of(Dotnet(), "exec", "--runtimeconfig", RuntimeConfig(self), self);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        // Of this run's diagnostics, such as a coverage profiler, it wants none; and it is small.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("CORECLR_", StringComparison.Ordinal)
            || name == "DOTNET_STARTUP_HOOKS").ToList()) start.Environment.Remove(name);
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_gcServer"] = "0";
        var process = Process.Start(start)!;
        process.StandardInput.WriteLine(JsonSerializer.Serialize(order));
        process.StandardInput.Flush();
        return new(process, WatchedAsync(process, log));
    }

    private static async Task WatchedAsync(Process process, TextWriter log)
    {
        try
        {
            if (await process.StandardOutput.ReadLineAsync(CancellationToken.None).AsTask().WaitAsync(ReadyTimeout) == Ready) return;
            await log.WriteLineAsync("ChainBridge.TestKit: no process cleans the shared server up should this run be killed; "
                + $"its next run will. The process for it printed: {await process.StandardError.ReadToEndAsync(CancellationToken.None)}");
        }
        catch (Exception failure) when (failure is TimeoutException or IOException or ObjectDisposedException)
        {
            await log.WriteLineAsync("ChainBridge.TestKit: no process cleans the shared server up should this run be killed; "
                + $"its next run will ({failure.Message})");
        }
    }

    /// <summary>
    /// The other side: reads its order, waits until the pipe closes, and cleans up unless the run reported that all is done.
    /// </summary>
    public static async Task<int> WatchAsync(TextReader input, TextWriter output, CancellationToken cancellationToken)
    {
        if (await input.ReadLineAsync(cancellationToken) is not { } line || JsonSerializer.Deserialize<TenancyOrder>(line) is not { } order)
        {
            await Console.Error.WriteLineAsync(
                "ChainBridge.TestKit is a library; as a program it only tidies up after killed test runs, which start it themselves");
            return 2;
        }

        await output.WriteLineAsync(Ready);
        while (await input.ReadLineAsync(cancellationToken) is { } word)
            if (word == Done) return 0;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TidyTimeout);
        await TidyAsync(order, deadline.Token);
        return 0;
    }

    /// <summary>Lets it go without a tidying: the run has done that itself.</summary>
    public async ValueTask DisposeAsync()
    {
        await _watched;
        try
        {
            await _process.StandardInput.WriteLineAsync(Done);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is gone already.
        }

        _process.Dispose();
    }

    private static Task TidyAsync(TenancyOrder order, CancellationToken cancellationToken) => order.Server == "postgres"
        ? PostgresTenancy.DropAllAsync(new(order.Host, order.Port, order.Username, order.Password,
            Nothing.Owner) { HomeDatabase = order.HomeDatabase, Further = order.Further }, new(order.Run), cancellationToken)
        : RedisTenancy.ReleaseAllAsync(new(order.Host, order.Port, 0, Nothing.Owner) { Further = order.Further }, new(order.Run),
            int.Parse(order.HomeDatabase, System.Globalization.CultureInfo.InvariantCulture), cancellationToken);

    /// <summary>The runtime that we run on ourselves.</summary>
    private static string Dotnet() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..", "dotnet"));

    /// <summary>Ours where it was copied, else that of the tests: they need at least what we need.</summary>
    private static string RuntimeConfig(string self) =>
        Path.ChangeExtension(self, ".runtimeconfig.json") is var own && File.Exists(own) ? own
            : Directory.EnumerateFiles(Path.GetDirectoryName(self)!, "*.runtimeconfig.json").FirstOrDefault()
                ?? throw new ProviderException(
                    $"there is no *.runtimeconfig.json beside {self}, so the process that tidies up after a killed run cannot be started");
}

/// <summary>The owner of a server that this run does not own: disposing of it does nothing.</summary>
internal sealed class Nothing : IAsyncDisposable
{
    public static IAsyncDisposable Owner { get; } = new Nothing();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
