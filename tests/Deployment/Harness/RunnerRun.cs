using System.Diagnostics;
using System.Text;
using System.Threading.Channels;

namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>A runner that is running: its words can be waited for, and it can be interrupted or killed at one of them.</summary>
public sealed class RunnerRun : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(300);
    private readonly Process _process;
    private readonly string _command;
    private readonly long _began = TimeProvider.System.GetTimestamp();
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly List<string> _output = [];
    private readonly Task<string> _errors;
    private readonly Task _reading;

    private RunnerRun(Process process, string command)
    {
        (_process, _command) = (process, command);
        _errors = process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    /// <param name="before">What stands before the program, e.g. a command that gives it another view of the machine.</param>
    public static RunnerRun Start(
        string folder, IReadOnlyDictionary<string, string?> variables, IReadOnlyList<string> before, params string[] arguments)
    {
        List<string> command = [.. before, .. Places.RunnerCommand, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true
        };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return new RunnerRun(process, string.Join(' ', arguments));
    }

    /// <summary>Waits until it prints such a line, and returns the line; throws with its output when it ends or takes too long.</summary>
    public async Task<RunnerLine> PrintsAsync(string what, Func<RunnerLine, bool> condition, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Longest);
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync(deadline.Token))
                if (RunnerLine.Read(line) is { } parsed && condition(parsed)) return parsed;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Falls through to the same words.
        }

        throw new TimeoutException($"the runner never printed this: {what}; {Snapshot().Evidence}");
    }

    public Task<RunnerLine> BeginsAsync(string step, CancellationToken cancellationToken) =>
        PrintsAsync($"step {step} begins", parsed => parsed.Is("step-begun", step), cancellationToken);

    /// <summary>SIGKILL to the runner alone: what it started lives on.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Ctrl-C.</summary>
    public async Task InterruptAsync(CancellationToken cancellationToken) =>
        await Shell.RunAsync("/", cancellationToken, "kill", "-INT", $"{_process.Id}");

    /// <summary>Ctrl-C as a terminal gives it: to the runner, which must lead its session, and to all that it started there.</summary>
    public async Task InterruptAllAsync(CancellationToken cancellationToken) =>
        await Shell.RunAsync("/", cancellationToken, "kill", "-INT", "--", $"-{_process.Id}");

    /// <summary>Waits for its end.</summary>
    public async Task<RunResult> EndAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Longest);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
            // Children of a killed runner may hold its pipes open for a moment longer.
            await Task.WhenAll(_reading, _errors).WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Kill();
            throw new TimeoutException($"the runner did not end within {Longest.TotalSeconds:0} s; {Snapshot().Evidence}");
        }

        return Snapshot();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private RunResult Snapshot()
    {
        lock (_output)
            return new(_command, _process.HasExited ? _process.ExitCode : -1, TimeProvider.System.GetElapsedTime(_began), [.. _output],
                _errors.IsCompletedSuccessfully ? _errors.Result : "(not at its end)");
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            lock (_output) _output.Add(line);
            _lines.Writer.TryWrite(line);
        }

        _lines.Writer.Complete();
    }
}
