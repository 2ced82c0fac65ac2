using ChainBridge.Machine.Supervision;

namespace ChainBridge.Supervisor;

/// <summary>This part: how a unit lives.</summary>
public sealed partial class Roster
{
    /// <summary>Takes over what an earlier supervisor left: what still runs goes on, what died meanwhile is started again.</summary>
    /// <exception cref="InvalidDataException">What it left cannot be read.</exception>
    public void Adopt()
    {
        if (_folder.Read() is not { } left) return;
        lock (_changing)
        {
            _token = left.Token;
            foreach (var (spec, report) in left.Units)
            {
                var unit = new Unit(spec, report);
                _units.Add(spec.Name, unit);
                if (report.Phase == UnitPhase.Ended) continue;
                if (left.Boot == _boot && report.Process is { Running: true } process)
                {
                    _log.LogInformation("{Unit} runs as process {Id}: adopted", spec.Name, process.Id);
                    unit.Child = Child.Adopt(process, _time);
                    unit.Life = LiveAsync(unit);
                    if (report.Address is null && spec.AddressVariable is not null) _ = ListenAsync(unit, unit.Child);
                }
                else if (report.Phase != UnitPhase.Stopping)
                {
                    Died(unit, report.LastEnd is { } end && report.Process is null ? end : "an end that no supervisor saw");
                    if (unit.Alive)
                    {
                        Launch(unit, restart: true);
                        unit.Life = LiveAsync(unit);
                    }
                }
                else
                {
                    unit.Report = unit.Report with { Process = null };
                }

                if (report.Phase == UnitPhase.Stopping) _ = End(unit);
            }

            Save();
        }
    }

    /// <summary>Called with the lock held.</summary>
    private UnitReport Begin(UnitSpec spec)
    {
        if (File.Exists(spec.Log)) File.Move(spec.Log, spec.Log + ".1", overwrite: true);
        var report = new UnitReport(spec.Name, UnitPhase.Running, null, null, Proved: false, 0, null, _time.GetUtcNow())
        {
            Labels = spec.Labels,
        };
        var unit = new Unit(spec, report);
        // The newest is the last, also when an earlier one of its name had ended.
        _units.Remove(spec.Name);
        _units.Add(spec.Name, unit);
        try
        {
            Launch(unit, restart: false);
        }
        catch (IOException)
        {
            _units.Remove(spec.Name);
            throw;
        }

        unit.Life = LiveAsync(unit);
        return unit.Report;
    }

    /// <summary>Called with the lock held.</summary>
    /// <exception cref="IOException">It could not be written down, and so does not run.</exception>
    private void Launch(Unit unit, bool restart)
    {
        var child = Child.Launch(unit.Spec, unit.Report.Address);
        unit.Child = child;
        unit.Report = unit.Report with
        {
            Phase = UnitPhase.Running,
            Process = child.Identity,
            Since = _time.GetUtcNow(),
            Restarts = unit.Report.Restarts + (restart ? 1 : 0)
        };
        try
        {
            Save();
        }
        catch (IOException)
        {
            child.Abandon();
            throw;
        }

        child.Go();
        _log.LogInformation("{Unit} started as process {Id}", unit.Spec.Name, child.Identity?.Id);
        if (unit.Spec.AddressVariable is not null && unit.Report.Address is null) _ = ListenAsync(unit, child);
    }

    private async Task LiveAsync(Unit unit)
    {
        var pauses = new RestartPause();
        // Not below the lock of the caller that began it.
        await Task.Yield();
        while (true)
        {
            var began = _time.GetTimestamp();
            var end = await unit.Child!.End;
            lock (_changing)
            {
                unit.Child.Identity?.KillGroup();
                if (unit.Report.Phase == UnitPhase.Stopping) return;
                Died(unit, end);
                TrySave();
                if (!unit.Alive) return;
            }

            var ran = _time.GetElapsedTime(began);
            do
            {
                var pause = pauses.After(ran);
                _log.LogWarning("{Unit} ended with {End}; it is started again in {Pause} s", unit.Spec.Name, unit.Report.LastEnd,
                    pause.TotalSeconds);
                await Task.Delay(pause, _time, unit.Hurry.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                ran = TimeSpan.Zero;
            }
            while (!Relaunched(unit));

            if (unit.Child is null) return;
        }
    }

    /// <summary>True when it was started again or is not to be; false when a full disk, for instance, allows another try only.</summary>
    private bool Relaunched(Unit unit)
    {
        lock (_changing)
        {
            if (unit.Report.Phase == UnitPhase.Stopping) return true;
            try
            {
                Launch(unit, restart: true);
                return true;
            }
            catch (IOException failure)
            {
                Died(unit, $"a failed start: {failure.Message}");
                return false;
            }
        }
    }

    /// <summary>Saves what has happened already: it is true whether it can be written down or not.</summary>
    private void TrySave()
    {
        try
        {
            Save();
        }
        catch (IOException failure)
        {
            _log.LogError("what runs could not be written down: {Why}", failure.Message);
        }
    }

    /// <summary>Called with the lock held; the caller saves.</summary>
    private void Died(Unit unit, string end)
    {
        unit.Child = null;
        unit.Report = unit.Report with { Phase = unit.Report.Proved ? UnitPhase.Pausing : UnitPhase.Ended, Process = null, LastEnd = end };
        if (!unit.Alive) _log.LogWarning("{Unit} ended with {End} before it was ready; it is not started again", unit.Spec.Name, end);
    }

    /// <summary>Reads from its log where it listens, so that the next start listens there too.</summary>
    private async Task ListenAsync(Unit unit, Child child)
    {
        var address = await ListeningLine.WaitAsync(unit.Spec.Log, child.End, _time);
        lock (_changing)
        {
            if (address is null || unit.Child != child) return;
            unit.Report = unit.Report with { Address = address };
            TrySave();
        }
    }

    /// <summary>Begins a stop, or joins the one under way. Called with the lock held.</summary>
    private Task End(Unit unit)
    {
        if (unit.Stop is { IsFaulted: false } under) return under;
        if (unit.Alive)
        {
            unit.Report = unit.Report with { Phase = UnitPhase.Stopping };
            Save();
        }

        unit.Hurry.Cancel();
        return unit.Stop = EndAsync(unit, unit.Child);
    }

    private async Task EndAsync(Unit unit, Child? child)
    {
        if (child?.Identity is { } process)
        {
            process.Signal((int)unit.Spec.StopSignal);
            if (!await WithinAsync(child.End, unit.Spec.StopGrace))
            {
                _log.LogWarning("{Unit} did not end within {Grace} s and is killed", unit.Spec.Name, unit.Spec.StopGrace.TotalSeconds);
                lock (_changing) unit.Report = unit.Report with { Killed = true };
                if (process.Running) process.KillGroup();
                if (!await WithinAsync(child.End, KillDeadline))
                    throw new TimeoutException($"{unit.Spec.Name} (process {process.Id}) does not end, even when killed");
            }
        }

        await unit.Life;
        lock (_changing)
        {
            if (_units.GetValueOrDefault(unit.Spec.Name) == unit) _units.Remove(unit.Spec.Name);
            TrySave();
        }

        _log.LogInformation("{Unit} stopped", unit.Spec.Name);
    }

    private async Task<bool> WithinAsync(Task task, TimeSpan deadline)
    {
        await ((Task)task.WaitAsync(deadline, _time)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.IsCompleted;
    }
}
