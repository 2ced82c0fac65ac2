using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ChainBridge.Machine;
using ChainBridge.Tests.TestKit.Infrastructure;
using ChainBridge.Tests.TestKit.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Cleanup;

/// <summary>Another test process that holds a PostgreSQL and a Redis of its own, to be killed.</summary>
internal sealed class ServerHolder : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);
    private readonly Process _process;
    private readonly int[] _ports;

    private ServerHolder(Process process, int[] ports, string mark) => (_process, _ports, Mark) = (process, ports, mark);

    public int ProcessId => _process.Id;

    /// <summary>In the environment of the process and of whatever it starts.</summary>
    public string Mark { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<ServerHolder> StartAsync(
        string provider, IReadOnlyDictionary<string, string> variables, params string[] prefix)
    {
        var process = Launch(provider, variables, out var ready, prefix);
        try
        {
            await Eventually.HoldsAsync(() => File.Exists(ready) || process.HasExited, StartTimeout,
                "the other process prints that its servers are up");
            process.HasExited.Should().BeFalse(process.HasExited ? await process.StandardOutput.ReadToEndAsync(Stop) : "");
            var numbers = (await File.ReadAllTextAsync(ready, Stop)).Split(' ')
                .Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
            numbers[0].Should().Be(process.Id);
            return new(process, numbers[1..], ready);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        finally
        {
            File.Delete(ready);
        }
    }

    /// <summary>Starts one and waits for nothing. In a group of its own, where that can be had: it may be killed with its group.</summary>
    /// <param name="prefix">A program that becomes it, and its arguments.</param>
    /// <param name="ready">The file that it writes when its servers are up.</param>
    public static Process Launch(string provider, IReadOnlyDictionary<string, string> variables, out string ready, params string[] prefix)
    {
        ready = Path.Combine(Path.GetTempPath(), $"chainbridge-sample-{Guid.NewGuid():N}.ready");
        // The executable itself: it is to be killed, and not a launcher before it.
        var start = new ProcessStartInfo("setsid", [.. prefix, Path.ChangeExtension(SampleRun.Dll, null), "-class",
            "ChainBridge.Tests.TestKit.Sample.HoldsServers"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Found without a path: of the runtime that these tests run on.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        start.Environment["CHAINBRIDGE_PROVIDER"] = provider;
        start.Environment["SAMPLE_READY"] = ready;
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>How many of its two servers answer.</summary>
    public async Task<int> AnsweringAsync()
    {
        var answering = 0;
        foreach (var port in _ports)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", port, Stop);
                answering++;
            }
            catch (SocketException)
            {
                // No server listens there.
            }
        }

        return answering;
    }

    /// <summary>SIGKILL, to the process alone.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: false);
        await _process.WaitForExitAsync(Stop);
    }

    /// <summary>SIGKILL to the reapers first, then to the process: no process is left to clean up.</summary>
    public async Task KillWithReapersAsync()
    {
        foreach (var id in Leftovers.ProcessesWith(Mark).Where(id => id != ProcessId && Leftovers.IsReaper(id)).ToList())
            ProcessIdentity.Of(id).Signal(9);
        await KillAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: false);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}
