using ChainBridge.Engine.Events;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Secrets;

namespace ChainBridge.DeployRunner.Output;

/// <summary>Lines without colour or motion, for logs and pipes.</summary>
/// <param name="errors">Gets the last word when it is a bad one.</param>
public sealed class PlainReporter(TextWriter output, TextWriter errors, Redactor redactor) : WriterSink
{
    /// <inheritdoc />
    public override void Report(RunnerEvent happened)
    {
        var writer = happened is Finished { ExitCode: not ExitCode.Done } ? errors : output;
        var lines = happened switch
        {
            StepBegun begun => [$"{Words.Step(begun.Step, begun.Slot, begun.Service)} …"],
            StepEnded ended => [Words.Ended(ended)],
            _ => Words.Lines(happened),
        };
        foreach (var line in lines.SelectMany(line => Shown.Lines(redactor.Hide(line)))) writer.WriteLine(line);
        writer.Flush();
    }
}
