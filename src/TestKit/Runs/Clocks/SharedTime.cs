using System.Globalization;

namespace ChainBridge.TestKit.Runs.Clocks;

/// <summary>
/// The time that the categories of one run used in all its assemblies: a file per assembly run and category, a line for
/// each stretch of work with its beginning and its last sign of life, written every second. What was used is the time
/// that at least one of them covers. A killed run stops counting by itself, because its file is no longer written.
/// </summary>
internal sealed class SharedTime : IDisposable
{
    private const string Extension = ".span";
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    private readonly string? _folder;
    private readonly string _assembly;
    private readonly TimeProvider _time;
    private readonly string _mark = Guid.NewGuid().ToString("N");
    private readonly Dictionary<string, long> _running = [];
    private readonly Dictionary<string, List<(long Begin, long End)>> _past = [];
    private readonly Lock _gate = new();
    private ITimer? _beat;

    /// <param name="root">Where the folders of all runs are.</param>
    /// <param name="run">Null when no assembly shares its time.</param>
    /// <param name="assembly">Whose tests run here, for people.</param>
    public SharedTime(string root, RunIdentity? run, string assembly, TimeProvider time)
    {
        (_assembly, _time) = (assembly, time);
        if (run is null) return;
        Sweep(root, run.Key, time);
        _folder = Path.Combine(root, run.Key);
    }

    /// <summary>The place for all runs of this user on this machine.</summary>
    public static string DefaultRoot => Path.Combine(Path.GetTempPath(), $"chainbridge-runs-{Environment.UserName}");

    /// <summary>A clock of the same assembly, for time that it shares with no other.</summary>
    public SharedTime Alone() => new("", run: null, _assembly, _time);

    /// <summary>What was used of a category until now, how much of it here, and which other assemblies had a part in it.</summary>
    public (TimeSpan Used, TimeSpan Here, IReadOnlyList<string> Others) UsedOf(string category)
    {
        var own = Own(category);
        var others = _folder is null || !Directory.Exists(_folder) ? []
            : Directory.GetFiles(_folder, $"{category}.*{Extension}").Where(file => !file.Contains(_mark, StringComparison.Ordinal))
                .SelectMany(Read).ToList();
        return (Covered(own.Concat(others.Select(other => other.Span))), Covered(own),
            [.. others.OrderBy(other => other.Span.Begin).Select(other => other.Assembly).Distinct()]);
    }

    /// <summary>The category's time is used from here on.</summary>
    public void Begin(string category)
    {
        lock (_gate)
        {
            _running[category] = _time.GetTimestamp();
            if (_folder is null) return;
            Write(category);
            _beat ??= _time.CreateTimer(_ => Signs(), null, Beat, Beat);
        }
    }

    /// <summary>Until it begins again, none is used.</summary>
    public void End(string category)
    {
        lock (_gate)
        {
            if (!_running.Remove(category, out var begin)) return;
            if (!_past.TryGetValue(category, out var past)) _past[category] = past = [];
            past.Add((begin, _time.GetTimestamp()));
            if (_folder is not null) Write(category);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var category in _running.Keys.ToList()) End(category);
            _beat?.Dispose();
        }
    }

    private static void Sweep(string root, string own, TimeProvider time)
    {
        if (!Directory.Exists(root)) return;
        foreach (var folder in Directory.GetDirectories(root).Where(folder => Path.GetFileName(folder) != own))
        {
            try
            {
                if (RunIdentity.IsOver(Path.GetFileName(folder)) || time.GetUtcNow() - Directory.GetLastWriteTimeUtc(folder) > Forgotten)
                    Directory.Delete(folder, recursive: true);
            }
            catch (Exception taken) when (taken is IOException or UnauthorizedAccessException)
            {
                // Another run sweeps it.
            }
        }
    }

    private static IEnumerable<((long Begin, long End) Span, string Assembly)> Read(string file)
    {
        try
        {
            return [.. File.ReadAllLines(file).Select(line => line.Split(' ', 3)).Where(words => words.Length == 3)
                .Select(words =>
                    ((long.Parse(words[0], CultureInfo.InvariantCulture), long.Parse(words[1], CultureInfo.InvariantCulture)), words[2]))];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or FormatException)
        {
            return [];
        }
    }

    private List<(long Begin, long End)> Own(string category)
    {
        lock (_gate)
        {
            List<(long, long)> spans = [.. _past.GetValueOrDefault(category) ?? []];
            if (_running.TryGetValue(category, out var begin)) spans.Add((begin, _time.GetTimestamp()));
            return spans;
        }
    }

    /// <summary>The time that at least one of the stretches covers.</summary>
    private TimeSpan Covered(IEnumerable<(long Begin, long End)> spans)
    {
        var (used, until) = (TimeSpan.Zero, long.MinValue);
        foreach (var span in spans.Where(span => span.End > span.Begin).OrderBy(span => span.Begin))
        {
            var begin = Math.Max(span.Begin, until);
            if (span.End > begin) used += _time.GetElapsedTime(begin, span.End);
            until = Math.Max(until, span.End);
        }

        return used;
    }

    private void Signs()
    {
        lock (_gate)
        {
            foreach (var category in _running.Keys) Write(category);
        }
    }

    private void Write(string category)
    {
        try
        {
            // No other user may read the folder or put a file there.
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(_folder!);
            else Directory.CreateDirectory(_folder!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var file = Path.Combine(_folder!, $"{category}.{_mark}{Extension}");
            // Moved into its place, so that no reader sees half of it. The clock is the machine's, the same in every process.
            File.WriteAllLines(file + ".part", Own(category)
                .Select(span => string.Create(CultureInfo.InvariantCulture, $"{span.Begin} {span.End} {_assembly}")));
            File.Move(file + ".part", file, overwrite: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The budget holds for this assembly alone then; no test fails for it.
        }
    }
}
