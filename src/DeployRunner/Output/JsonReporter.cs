using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Secrets;

namespace ChainBridge.DeployRunner.Output;

/// <summary>
/// One JSON object per line, for scripts. Each has <c>event</c>, <c>at</c> and <c>deployment</c> (null before a run has its number).
/// </summary>
public sealed class JsonReporter(TextWriter output, Redactor redactor, TimeProvider time) : WriterSink
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Lock _gate = new();
    private string? _deployment;

    /// <inheritdoc />
    public override void Report(RunnerEvent happened)
    {
        lock (_gate)
        {
            if (happened is RunBegun begun) _deployment = begun.Deployment;
            if (happened is Table table)
                foreach (var row in table.Rows) Write(table.Item, writer =>
                {
                    foreach (var member in row.ToJson().EnumerateObject()) member.WriteTo(writer);
                });
            else Write(NameOf(happened), writer => WriteMembers(writer, happened));
            output.Flush();
        }
    }

    private static string NameOf(RunnerEvent happened) => happened switch
    {
        RunBegun => "run-begun",
        ReleaseNamed => "release-named",
        StepBegun => "step-begun",
        StepEnded => "step-ended",
        GateFinished => "gate-finished",
        Note => "note",
        ServiceBuilding => "service-building",
        ServiceSettled => "service-settled",
        ServiceKilled => "service-killed",
        Warning => "warning",
        Alert => "alert",
        Changing => "changing",
        StepPlanned => "planned-step",
        ExitCodePage => "exit-code-page",
        _ => "finished",
    };

    private static void WriteMembers(Utf8JsonWriter writer, RunnerEvent happened)
    {
        switch (happened)
        {
            case RunBegun begun: Pairs(writer, ("verb", begun.Verb), ("environment", begun.Environment), ("target", begun.Target)); break;
            case ReleaseNamed named: Pairs(writer, ("version", named.Version), ("commit", named.Commit)); break;
            case StepBegun step:
                Pairs(writer, ("step", Camel(step.Step)), ("slot", step.Slot is { } slot ? Camel(slot) : null), ("service", step.Service));
                break;
            case StepEnded step:
                Pairs(writer, ("step", Camel(step.Step)), ("slot", step.Slot is { } place ? Camel(place) : null), ("service", step.Service),
                    ("outcome", Camel(step.Outcome)), ("detail", step.Detail));
                writer.WriteNumber("milliseconds", Math.Round(step.Duration.TotalMilliseconds, 1));
                break;
            case GateFinished gate: WriteGate(writer, gate.Result); break;
            case Note note: Pairs(writer, ("text", note.Text)); break;
            case ServiceBuilding building: Pairs(writer, ("service", building.Service), ("text", building.Text)); break;
            case ServiceSettled settled: Pairs(writer, ("service", settled.Service), ("text", settled.Text)); break;
            case ServiceKilled killed:
                Pairs(writer, ("service", killed.Service), ("text", killed.Text));
                writer.WriteNumber("graceSeconds", killed.Grace.TotalSeconds);
                break;
            case Warning warning: Pairs(writer, ("text", warning.Text)); break;
            case Alert alert: Pairs(writer, ("name", alert.Name), ("text", alert.Text)); break;
            case Changing changing: Pairs(writer, ("what", changing.What)); break;
            case StepPlanned { Step: var step }:
                Pairs(writer, ("step", Camel(step.Kind)), ("slot", step.Slot is { } planned ? Camel(planned) : null),
                    ("service", step.Service));
                WriteTexts(writer, "changes", step.Changes);
                WriteTexts(writer, "notes", step.Notes);
                break;
            case ExitCodePage page:
                writer.WriteNumber("exit", page.Code);
                Pairs(writer, ("text", page.Text));
                break;
            case Finished finished:
                Pairs(writer, ("verdict", Camel(finished.Verdict)));
                writer.WriteNumber("exitCode", (int)finished.ExitCode);
                Pairs(writer, ("summary", finished.Summary), ("next", finished.NextStep));
                break;
        }
    }

    private static void WriteGate(Utf8JsonWriter writer, GateResult gate)
    {
        Pairs(writer, ("gate", gate.Gate), ("verdict", Camel(gate.Verdict)), ("summary", gate.Summary));
        writer.WriteNumber("milliseconds", Math.Round(gate.Duration.TotalMilliseconds, 1));
        if (gate.Tests is { } tests)
        {
            writer.WriteNumber("passed", tests.Passed);
            writer.WriteNumber("failed", tests.Failed);
            writer.WriteNumber("skipped", tests.Skipped);
            writer.WriteNumber("flaky", tests.Flaky);
            writer.WriteNumber("inconclusive", tests.Inconclusive);
        }

        writer.WriteStartArray("evidence");
        foreach (var piece in gate.Evidence)
        {
            writer.WriteStartObject();
            Pairs(writer, ("asked", piece.Asked), ("answered", piece.Answered), ("verdict", Camel(piece.Verdict)),
                ("at", piece.At.ToString("O")), ("from", piece.From));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static void Pairs(Utf8JsonWriter writer, params ReadOnlySpan<(string Name, string? Value)> pairs)
    {
        foreach (var (name, value) in pairs)
            if (value is not null) writer.WriteString(name, value);
    }

    private static string Camel<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private void Write(string name, Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("event", name);
            writer.WriteString("at", time.GetUtcNow().ToString("O"));
            writer.WriteString("deployment", _deployment);
            members(writer);
            writer.WriteEndObject();
        }

        output.WriteLine(redactor.Hide(Encoding.UTF8.GetString(buffer.ToArray()),
            secret => JsonEncodedText.Encode(secret, Options.Encoder).ToString()));
    }
}
