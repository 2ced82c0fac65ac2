using ChainBridge.Tests.TestKit.Runs;
using ChainBridge.Tests.TestKit.Infrastructure;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Cleanup;

/// <summary>Another test process that holds a PostgreSQL and a Redis of its own, to be killed.</summary>
internal sealed class ServerHolder : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);
    private readonly Process _process;
    private readonly int[] _ports;

    private ServerHolder(Process process, int[] ports) => (_process, _ports) = (process, ports);

    public int ProcessId => _process.Id;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<ServerHolder> StartAsync(string provider, IReadOnlyDictionary<string, string> variables)
    {
        var ready = Path.Combine(Path.GetTempPath(), $"chainbridge-sample-{Guid.NewGuid():N}.ready");
        // The executable itself: it is to be killed, and nobody before it.
        var start = new ProcessStartInfo(Path.ChangeExtension(SampleRun.Dll, null), ["-class", "ChainBridge.Tests.TestKit.Sample.HoldsServers"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Found without a path: of the runtime that these tests run on.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        start.Environment["CHAINBRIDGE_PROVIDER"] = provider;
        start.Environment["SAMPLE_READY"] = ready;
        foreach (var (name, value) in variables) start.Environment[name] = value;
        var process = Process.Start(start)!;
        try
        {
            await Eventually.HoldsAsync(() => File.Exists(ready) || process.HasExited, StartTimeout, "the other process says that its servers are up");
            process.HasExited.Should().BeFalse(process.HasExited ? await process.StandardOutput.ReadToEndAsync(Stop) : "");
            var numbers = (await File.ReadAllTextAsync(ready, Stop)).Split(' ').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
            numbers[0].Should().Be(process.Id);
            return new(process, numbers[1..]);
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
                // Nobody listens.
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

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: false);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}
