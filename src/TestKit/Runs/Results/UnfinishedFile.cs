using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ChainBridge.TestKit.Runs.Attempts;
using ChainBridge.TestKit.Runs.Cases;
using ChainBridge.TestKit.Runs.Order;
using Microsoft.Win32.SafeHandles;
using Xunit.Sdk;

namespace ChainBridge.TestKit.Runs.Results;

/// <summary>
/// The CTRF file of a run that has not come to its end, brought up to date whenever a test begins or ends. It is a whole file at each
/// moment, and a failed one: what runs and what has not started are in it as failed tests. However the process dies, this is left.
/// </summary>
/// <remarks>
/// Each write puts the new results and a new end of the file in the place of the old end, in one call, and pads with blanks what the
/// new end is shorter. So it costs the same for the last test as for the first.
/// </remarks>
internal sealed class UnfinishedFile : IDisposable
{
    private const string Why = "The process was killed, crashed or was ended by native code, or it still runs.";

    /// <summary>
    /// The number of tests that have not started and have an entry of their own; the end of the file is written anew each time.
    /// </summary>
    private const int MostNamed = 200;

    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    private readonly SafeFileHandle _file;
    private readonly string _assembly;
    private readonly ShardPlan? _plan;
    private readonly bool _isInTheWay;
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _start;
    private readonly Dictionary<string, CaseRecord> _left;
    private readonly Dictionary<string, (string Name, string Class)> _running = [];
    private readonly Dictionary<TestOutcome, int> _counts = [];
    private long _end;
    private long _length;
    private int _written;
    private int _flaky;

    private UnfinishedFile(
        string path, bool isInTheWay, string assembly, ShardPlan? plan, IReadOnlyCollection<CaseRecord> cases, TimeProvider time)
    {
        (Path, _isInTheWay, _assembly, _plan, _time, _start) = (path, isInTheWay, assembly, plan, time, time.GetUtcNow());
        _left = cases.ToDictionary(record => record.Case.UniqueID);
        _file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        Append(Encoding.UTF8.GetBytes(
            "{\"reportFormat\":\"CTRF\",\"specVersion\":\"0.0.0\",\"results\":{\"tool\":{\"name\":\"ChainBridge.TestKit\"},\"tests\":[\n"));
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>Begins it; null for a run without tests.</summary>
    /// <param name="folder">Where the finished file will be; without one <c>TestResults/unfinished</c> below the working directory.</param>
    public static UnfinishedFile? Begin(
        string? folder, string assembly, ShardPlan? plan, IReadOnlyCollection<CaseRecord> cases, TimeProvider time)
    {
        if (cases.Count == 0) return null;
        if (folder is { Length: > 0 })
        {
            Directory.CreateDirectory(folder);
            return new(CtrfFile.PathOf(folder, assembly, plan), isInTheWay: false, assembly, plan, cases, time);
        }

        var own = Directory.CreateDirectory(System.IO.Path.Combine("TestResults", "unfinished"));
        foreach (var old in own.GetFiles($"{assembly}.*.ctrf.json").Where(file => time.GetUtcNow() - file.LastWriteTimeUtc > Forgotten))
            old.Delete();
        return new(System.IO.Path.Combine(own.FullName, $"{assembly}.{Environment.ProcessId}.ctrf.json"), isInTheWay: true, assembly,
            plan, cases, time);
    }

    /// <summary>Takes a message in, as it goes out; not thread-safe.</summary>
    /// <param name="results">All results that went out.</param>
    public void Observe(IMessageSinkMessage message, CaseRecord? record, IReadOnlyList<TestReport> results)
    {
        switch (message)
        {
            case ITestStarting starting when record is not null:
                _left.Remove(starting.TestCaseUniqueID);
                _running[starting.TestUniqueID] = (starting.TestDisplayName, record.Case.TestClassName);
                break;
            case ITestResultMessage result:
                _left.Remove(result.TestCaseUniqueID);
                _running.Remove(result.TestUniqueID);
                break;
            default:
                return;
        }

        var ended = new ArrayBufferWriter<byte>();
        for (; _written < results.Count; _written++)
        {
            _counts[results[_written].Outcome] = _counts.GetValueOrDefault(results[_written].Outcome) + 1;
            _flaky += results[_written].Note.Flaky ? 1 : 0;
            Entry(ended, results[_written]);
            ended.Write(",\n"u8);
        }

        Append(ended.WrittenSpan);
    }

    /// <summary>The run is over, and its results are reported elsewhere.</summary>
    public void End()
    {
        Dispose();
        if (_isInTheWay) File.Delete(Path);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static void Entry(ArrayBufferWriter<byte> buffer, TestReport test)
    {
        using var json = new Utf8JsonWriter(buffer);
        CtrfFile.Test(json, test);
    }

    /// <summary>Puts it before the end of the file, which is made anew.</summary>
    private void Append(ReadOnlySpan<byte> piece)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write(piece);
        Tail(buffer);
        var padding = (int)Math.Max(0, _length - _end - buffer.WrittenCount);
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        if (_file.IsClosed) return;
        RandomAccess.Write(_file, buffer.WrittenSpan, _end);
        _length = _end + buffer.WrittenCount;
        _end += piece.Length;
    }

    private void Tail(ArrayBufferWriter<byte> buffer)
    {
        var running = string.Join("; ", _running.Values.Select(test => test.Name));
        List<TestReport> missing =
        [
            Missing($"(the run of {_assembly})", "",
                $"The run has not come to its end: {(running.Length > 0 ? $"running were {running}" : "no test was running")}; "
                    + $"{_left.Count.ToString(CultureInfo.InvariantCulture)} cases had not started. {Why}"),
            .. _running.Values.Select(test =>
                Missing(test.Name, test.Class, $"It was running, and the run has not come to its end. {Why}")),
            .. _left.Values.Take(MostNamed).Select(record => Missing(record.Case.TestCaseDisplayName, record.Case.TestClassName,
                $"It had not started, and the run has not come to its end. {Why}")),
        ];
        if (_left.Count > MostNamed)
            missing.Add(Missing($"(and {_left.Count - MostNamed} more)", "", "They had not started, and the run has not come to its end."));
        for (var index = 0; index < missing.Count; index++)
        {
            if (index > 0) buffer.Write(",\n"u8);
            Entry(buffer, missing[index]);
        }

        buffer.Write("],\n"u8);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        var failed = _counts.GetValueOrDefault(TestOutcome.Failed) + missing.Count;
        CtrfFile.Summary(json, _counts.GetValueOrDefault(TestOutcome.Passed), failed, _counts.GetValueOrDefault(TestOutcome.Skipped),
            _flaky, _start, _time.GetUtcNow());
        if (_plan is not null) CtrfFile.Part(json, _assembly, _plan);
        json.Flush();
        buffer.Write("}}\n"u8);
    }

    private static TestReport Missing(string name, string ofClass, string message) =>
        new(name, ofClass, TestOutcome.Failed, new(message), TimeSpan.Zero, AttemptNote.Plain);
}
