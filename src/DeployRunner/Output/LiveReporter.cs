using ChainBridge.Engine.Events;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Secrets;
using Spectre.Console;

namespace ChainBridge.DeployRunner.Output;

/// <summary>The output on terminals: the running step has a spinner and counts its seconds, finished ones stay above it.</summary>
public sealed class LiveReporter : WriterSink, IDisposable
{
    private const string Frames = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
    private readonly Lock _gate = new();
    private readonly IAnsiConsole _console;
    private readonly Redactor _redactor;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private StepBegun? _running;
    private long _since;
    private int _frame;

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
            if (happened is StepBegun begun) (_running, _since) = (begun, _time.GetTimestamp());
            else if (happened is StepEnded ended)
            {
                _running = null;
                Line(ended.Outcome == Outcome.Done ? "[green]✔[/]" : "[red]✘[/]", Words.Ended(ended));
            }
            else
                foreach (var line in Words.Lines(happened)) Line(Mark(happened), line);
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
        var text = $"{Words.Step(step.Step, step.Slot, step.Service)} ({Words.Seconds(_time.GetElapsedTime(_since))})";
        _console.Markup($"[blue]{Frames[_frame % Frames.Length]}[/] {Markup.Escape(Shown.OnOneLine(text))}");
    }

    /// <summary>Back to the line's begin, and clear it.</summary>
    private void Wipe()
    {
        if (_running is not null) _console.Write(new ControlCode("\r\u001b[2K"));
    }
}
