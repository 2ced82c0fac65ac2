using ChainBridge.Engine.Events;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Secrets;
using Spectre.Console;

namespace ChainBridge.DeployRunner.Output;

/// <summary>
/// The output on terminals: the running step has a spinner and counts its seconds, with a line below it for each service that is being
/// built, and what is finished stays above.
/// </summary>
public sealed class LiveReporter : WriterSink, IDisposable
{
    private const string Frames = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
    private readonly Lock _gate = new();
    private readonly IAnsiConsole _console;
    private readonly Redactor _redactor;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly List<(string Service, string Text, long Since)> _building = [];
    private StepBegun? _running;
    private long _since;
    private int _frame;
    private int _drawn;

    /// <param name="console">A console that can move its cursor.</param>
    public LiveReporter(IAnsiConsole console, Redactor redactor, TimeProvider time)
    {
        (_console, _redactor, _time) = (console, redactor, time);
        _timer = time.CreateTimer(_ => Turn(), null, TimeSpan.FromMilliseconds(120), TimeSpan.FromMilliseconds(120));
    }

    /// <inheritdoc />
    public override void Report(RunnerEvent happened)
    {
        lock (_gate)
        {
            Wipe();
            switch (happened)
            {
                case StepBegun begun:
                    (_running, _since) = (begun, _time.GetTimestamp());
                    break;
                case StepEnded ended:
                    _running = null;
                    _building.Clear();
                    Line(ended.Outcome == Outcome.Done ? "[green]✔[/]" : "[red]✘[/]", Words.Ended(ended));
                    break;
                case ServiceBuilding building when _running is not null:
                    Builds(building);
                    break;
                default:
                    if (happened is ServiceSettled settled) _building.RemoveAll(row => row.Service == settled.Service);
                    foreach (var line in Words.Lines(happened)) Line(Mark(happened), line);
                    break;
            }

            Draw();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate) Wipe();
    }

    private static string Mark(RunnerEvent happened) => happened switch
    {
        Warning => "[yellow]![/]",
        Alert => "[red]![/]",
        Finished { ExitCode: ExitCode.Done } => "[green]●[/]",
        Finished => "[red]●[/]",
        _ => " ",
    };

    private void Turn()
    {
        lock (_gate)
        {
            if (_running is null) return;
            _frame++;
            Wipe();
            Draw();
        }
    }

    /// <summary>A service keeps its line, and its time counts from its first step on.</summary>
    private void Builds(ServiceBuilding building)
    {
        var at = _building.FindIndex(row => row.Service == building.Service);
        if (at < 0) _building.Add((building.Service, building.Text, _time.GetTimestamp()));
        else _building[at] = _building[at] with { Text = building.Text };
    }

    private void Line(string mark, string text)
    {
        foreach (var line in Shown.Lines(_redactor.Hide(text)))
        {
            _console.MarkupLine($"{mark} {Markup.Escape(line)}");
            mark = " ";
        }
    }

    private void Draw()
    {
        if (_running is not { } step) return;
        var frame = Frames[_frame % Frames.Length];
        Row($"[blue]{frame}[/]", $"{Words.Step(step.Step, step.Slot, step.Service)} ({Words.Seconds(_time.GetElapsedTime(_since))})");
        foreach (var (service, text, since) in _building)
        {
            _console.Write(new ControlCode("\n"));
            Row(" ", $"  {service} ({Words.Seconds(_time.GetElapsedTime(since))}): {text}");
        }

        _drawn = 1 + _building.Count;
    }

    /// <summary>One line that is not broken by the edge of the terminal: a broken one could not be wiped.</summary>
    private void Row(string mark, string text)
    {
        var line = Shown.OnOneLine(_redactor.Hide(text));
        var most = Math.Max(10, _console.Profile.Width - 3);
        _console.Markup($"{mark} {Markup.Escape(line.Length <= most ? line : $"{line[..(most - 1)]}…")}");
    }

    /// <summary>Back to the begin of the first line that was drawn, and clear all of them.</summary>
    private void Wipe()
    {
        for (; _drawn > 0; _drawn--) _console.Write(new ControlCode(_drawn > 1 ? "\r\u001b[2K\u001b[1A" : "\r\u001b[2K"));
    }
}
