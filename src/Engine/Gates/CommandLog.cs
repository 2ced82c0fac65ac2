using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Gates;

/// <summary>The log of a gate command: both streams line by line, the first 8 MB and the last 1 MB of them.</summary>
internal sealed partial class CommandLog : IDisposable
{
    /// <summary>Characters of the beginning that are kept.</summary>
    public const int Beginning = 8_000_000;

    /// <summary>Characters of the end that are kept when there are more than <see cref="Beginning"/>.</summary>
    public const int End = 1_000_000;

    private const int LastLines = 15;

    /// <summary>What holding a line costs beside its characters.</summary>
    private const int LineCost = 40;
    private readonly Lock _writing = new();
    private readonly Queue<string> _last = new();
    private readonly Queue<string> _end = new();
    private readonly StreamWriter _file;
    private long _written, _held, _leftLines, _leftCharacters;
    private bool _closed;

    /// <param name="hide">Takes secrets out of a line before it is kept; null when there are none.</param>
    public CommandLog(string path, Func<string, string>? hide)
    {
        _file = new StreamWriter(path, append: false, new UTF8Encoding(false));
        // The colours go first: a code in the middle of a secret would hide it from the redactor.
        string Clean(string line) => hide?.Invoke(Colours().Replace(line, "")) ?? Colours().Replace(line, "");
        (Output, Errors) = (new LineCutter(Keep, Clean), new LineCutter(Keep, Clean));
    }

    /// <summary>Takes the command's standard output.</summary>
    public LineCutter Output { get; }

    /// <summary>Takes the command's error output.</summary>
    public LineCutter Errors { get; }

    /// <summary>The last lines of both streams.</summary>
    public string Last
    {
        get
        {
            lock (_writing) return string.Join('\n', _last);
        }
    }

    /// <summary>Adds a line of the runner's own.</summary>
    public void Note(string line) => Keep($"[deployrunner] {line}");

    /// <summary>Writes what was held back. What a process that could not be ended prints later is dropped.</summary>
    public void Dispose()
    {
        lock (_writing)
        {
            if (_closed) return;
            _closed = true;
            if (_leftLines > 0)
                _file.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"[deployrunner] {Plural.Of(_leftLines, "line")} ({_leftCharacters} characters) were left out here: "
                    + $"this log keeps the first {Beginning / 1_000_000} MB and the last {End / 1_000_000} MB"));
            foreach (var line in _end) _file.WriteLine(line);
            _file.Dispose();
        }
    }

    private void Keep(string line)
    {
        lock (_writing)
        {
            if (_closed) return;
            _last.Enqueue(line.Length > 500 ? line[..500] + "…" : line);
            if (_last.Count > LastLines) _last.Dequeue();
            if (_written < Beginning)
            {
                _file.WriteLine(line);
                _written += line.Length + 1;
                return;
            }

            _end.Enqueue(line);
            _held += line.Length + LineCost;
            while (_held > End && _end.TryDequeue(out var old))
            {
                _held -= old.Length + LineCost;
                (_leftLines, _leftCharacters) = (_leftLines + 1, _leftCharacters + old.Length);
            }
        }
    }

    /// <summary>What colours a terminal; in a log it only hides the words.</summary>
    [GeneratedRegex(@"\x1B\[[0-9;]*m")]
    private static partial Regex Colours();
}
