using System.Diagnostics;
using System.Text;
using ChainBridge.Machine;

namespace ChainBridge.Tests.Unit.Engine;

/// <summary>The real runner as a process of its own, in a folder of its own with a manifest.</summary>
internal sealed class RunnerProcess : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private RunnerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Everything on both streams so far.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    public static RunnerProcess Start(string folder, IReadOnlyDictionary<string, string>? variables, params string[] arguments)
    {
        Interrupts.Restore();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "deployrunner.dll"), "--manifest",
            Path.Combine(folder, "chainbridge.yml"), .. arguments])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in variables ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return new(Process.Start(start)!);
    }

    /// <summary>Its exit code.</summary>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await Eventually.TrueAsync("the runner ends", () => _process.HasExited, cancellationToken, () => Output, Longest);
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public void Kill() => _process.Kill();

    public void Signal(int number) => ProcessIdentity.Of(_process.Id).Signal(number);

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (_output) _output.AppendLine(line);
    }
}
