using System.Text;
using ChainBridge.Engine.Model;
using ChainBridge.Machine;
using ChainBridge.Machine.Supervision;

namespace ChainBridge.Engine.Platforms.Process;

/// <summary>
/// The supervisor of one state directory, as the runner sees it: started when an order finds none, never by a question.
/// It keeps what it was told to run, and outlives the runner.
/// </summary>
/// <param name="program">The supervisor's assembly; null for the one carried beside the runner.</param>
internal sealed class Supervisor(string state, TimeProvider time, string? program = null) : IDisposable
{
    /// <summary>One that ends is noticed at once; this is for one that is slow.</summary>
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan GoneTimeout = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan EndTimeout = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly SupervisorFolder _folder = new(Path.Combine(state, "supervisor"));
    private bool _isOurs;
    private readonly SupervisorClient _client = new(Path.Combine(state, "supervisor", "socket"));

    /// <summary>Why no supervisor could live here; null when one can.</summary>
    public string? Obstacle => Encoding.UTF8.GetByteCount(_folder.Socket) is var length && length > SupervisorFolder.LongestSocket
        ? $"{_folder.Socket} is {length} bytes long, and a Unix socket's path may have {SupervisorFolder.LongestSocket}"
        : null;

    /// <summary>
    /// What runs: asked of the supervisor, and of the processes themselves where none answers. What is written down is
    /// no proof that anything runs; see <see cref="UnitReport.Process"/>.
    /// </summary>
    public async Task<IReadOnlyList<UnitReport>> UnitsAsync(CancellationToken cancellationToken) =>
        (await _client.AskAsync(cancellationToken))?.Units ?? [.. (Kept()?.Units ?? []).Select(unit => unit.Report)];

    /// <summary>That no supervisor runs though there are units to keep running; null when one does, or nothing is to run.</summary>
    public async Task<string?> AbsenceAsync(CancellationToken cancellationToken)
    {
        if (await _client.AskAsync(cancellationToken) is not null) return null;
        var units = (Kept()?.Units ?? []).Select(unit => unit.Report).Where(unit => unit.Phase != UnitPhase.Ended).ToList();
        if (units.Count == 0) return null;
        var dead = units.Where(unit => unit.Process is not { Running: true }).Select(unit => unit.Name).ToList();
        return $"no supervisor runs, so nothing starts again what dies: {string.Join(", ", units.Select(unit => unit.Name))} "
            + $"are not supervised{(dead.Count == 0 ? "" : $", and {string.Join(", ", dead)} died already")}";
    }

    /// <summary>Starts the unit, or finds one of its name running; returns when <paramref name="ready"/> says so.</summary>
    /// <param name="otherwise">What it is when it does not become ready.</param>
    /// <param name="nextStep">What to do then.</param>
    /// <param name="unready">
    /// Why it is not ready, e.g. what it answered when it was last asked, for the message; null when that is not known.
    /// </param>
    /// <exception cref="EngineException">It ended before it was ready, or was not ready in time; has its last output.</exception>
    public async Task<UnitReport> StartAsync(FencingToken token, UnitSpec spec, Func<UnitReport, CancellationToken, Task<bool>> ready,
        TimeSpan timeout, Failure otherwise, string nextStep, CancellationToken cancellationToken, Func<string?>? unready = null)
    {
        var unit = await OrderAsync(() => _client.StartAsync(token, spec, cancellationToken), cancellationToken);
        var began = time.GetTimestamp();
        while (true)
        {
            if (unit is null or { Phase: UnitPhase.Ended })
                throw Failed($"ended before it was ready: {unit?.LastEnd ?? "it was stopped"}");
            if (unit.Process is { Running: true } && await ready(unit, cancellationToken))
            {
                if (unit.Proved) return unit;
                unit = await OrderAsync(() => _client.ProveAsync(token, spec.Name, cancellationToken), cancellationToken);
                if (unit.Proved) return unit;
                continue;
            }

            if (time.GetElapsedTime(began) > timeout) throw Failed($"was not ready within {timeout.TotalSeconds} s{Unready(unit)}");
            await Task.Delay(Look, time, cancellationToken);
            unit = (await OrderAsync(() => _client.AskAsync(cancellationToken), cancellationToken))
                .Units.FirstOrDefault(one => one.Name == spec.Name);
        }

        string Unready(UnitReport last) =>
            last.Address is null && spec.AddressVariable is not null ? ": it never told where it listens"
                : unready?.Invoke() is { } why ? $"; {why}" : "";

        EngineException Failed(string how) => new(otherwise, $"{spec.Name} {how}; {LogFile.LastOutput(spec.Log, 10)}", nextStep);
    }

    /// <summary>Stops the unit; done when nothing of it is left. Nothing to do where nothing ever ran.</summary>
    /// <returns>Whether it had to be killed.</returns>
    public async Task<bool> StopAsync(FencingToken token, string unit, TimeSpan grace, CancellationToken cancellationToken)
    {
        var killed = false;
        await OrderIfAnyAsync(async () =>
        {
            var (taken, stopped) = await _client.StopAsync(token, unit, grace + TimeSpan.FromSeconds(20), cancellationToken);
            killed |= stopped is { Killed: true };
            return taken;
        }, cancellationToken);
        return killed;
    }

    /// <summary>Refuses, as <see cref="Failure.Locked"/>, a runner that another one has overtaken.</summary>
    public Task FenceAsync(FencingToken token, CancellationToken cancellationToken) =>
        OrderIfAnyAsync(() => _client.FenceAsync(token, cancellationToken), cancellationToken);

    /// <summary>Stops everything and the supervisor; done when all of it is gone.</summary>
    public async Task EndAsync(FencingToken token, CancellationToken cancellationToken)
    {
        SupervisorReport? last = null;
        await OrderIfAnyAsync(async () =>
        {
            last = await _client.AskAsync(cancellationToken);
            return await _client.EndAsync(token, EndTimeout, cancellationToken);
        }, cancellationToken);
        if (last is not null) await GoneAsync(last.Process, "stopped everything and does not end itself", cancellationToken);
    }

    /// <summary>Removes what it kept, once it ended.</summary>
    public void Forget()
    {
        if (Directory.Exists(_folder.Path)) Directory.Delete(_folder.Path, recursive: true);
    }

    public void Dispose() => _client.Dispose();

    private SupervisorRecord? Kept()
    {
        try
        {
            return _folder.Read();
        }
        catch (InvalidDataException broken)
        {
            throw new EngineException(Failure.Unreachable, broken.Message, "then deploy again", broken);
        }
    }

    private async Task OrderIfAnyAsync(Func<Task<bool>> order, CancellationToken cancellationToken)
    {
        await ReplaceAsync(cancellationToken);
        if (!await order() && Kept() is not null) await OrderAsync(order, cancellationToken);
    }

    private async Task OrderAsync(Func<Task<bool>> order, CancellationToken cancellationToken) =>
        await OrderAsync(async () => await order() ? this : null, cancellationToken);

    /// <summary>Gives an order that may be repeated, to a supervisor started for it where none takes orders.</summary>
    private async Task<T> OrderAsync<T>(Func<Task<T?>> order, CancellationToken cancellationToken) where T : class
    {
        await ReplaceAsync(cancellationToken);
        var began = time.GetTimestamp();
        using var launches = new SupervisorLaunches(Launch, time);
        while (true)
        {
            if (await order() is { } answer) return answer;
            if (time.GetElapsedTime(began) > StartTimeout) throw NotStarted($"did not answer within {StartTimeout.TotalSeconds:0} s");
            if (launches.LaunchIfDue() is { } failed) throw NotStarted($"ended with exit code {failed}");
            await Task.Delay(Look, time, cancellationToken);
        }
    }

    /// <summary>One of another release may not understand us. A signal ends it and leaves its units running; ours adopts them.</summary>
    private async Task ReplaceAsync(CancellationToken cancellationToken)
    {
        if (_isOurs) return;
        var report = await _client.AskAsync(cancellationToken);
        if (report is not null && report.Protocol != SupervisorReport.CurrentProtocol)
        {
            report.Process.Signal((int)StopSignal.Term);
            await GoneAsync(report.Process, "is of another release of the runner and does not make way", cancellationToken);
        }

        _isOurs = true;
    }

    private async Task GoneAsync(ProcessIdentity process, string otherwise, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (process.Running)
        {
            if (time.GetElapsedTime(began) > GoneTimeout)
                throw new EngineException(Failure.PersonNeeded, $"the supervisor (process {process.Id}) {otherwise}",
                    $"look at {_folder.Log}");
            await Task.Delay(Look, time, cancellationToken);
        }
    }

    private System.Diagnostics.Process Launch()
    {
        _folder.Create();
        var assembly = program ?? CarriedProgram.Install(state, "supervisor", "ChainBridge.Supervisor.dll");
        return DetachedProcess.Launch(["dotnet", assembly, _folder.Path], _folder.Path, _folder.Log,
            MachineEnvironment.With(new Dictionary<string, string>()));
    }

    private EngineException NotStarted(string how) =>
        new(Failure.Unreachable, $"the supervisor {how}; {LogFile.LastOutput(_folder.Log, 5)}", $"look at {_folder.Log}");
}
