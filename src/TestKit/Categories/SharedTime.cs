using System.Globalization;

namespace ChainBridge.TestKit.Categories;

/// <summary>
/// The time that the categories of one run used in all its assemblies: a file per assembly run and category, with the
/// beginning and the last sign of life, written every second. What was used is the time that at least one of them covers.
/// A killed run stops counting by itself, because nobody writes its file any more.
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
    private readonly Lock _gate = new();
    private ITimer? _beat;

    /// <param name="root">Where the folders of all runs are.</param>
    /// <param name="run">Null when nobody shares.</param>
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

    /// <summary>What other assemblies used of a category until now, and who they are.</summary>
    public (TimeSpan Used, IReadOnlyList<string> By) UsedOf(string category)
    {
        if (_folder is null || !Directory.Exists(_folder)) return (TimeSpan.Zero, []);
        var spans = Directory.GetFiles(_folder, $"{category}.*{Extension}").Where(file => !file.Contains(_mark, StringComparison.Ordinal)).Select(Read).OfType<Span>().OrderBy(span => span.Begin).ToList();
        var (used, until) = (TimeSpan.Zero, long.MinValue);
        foreach (var span in spans.Where(span => span.End > span.Begin))
        {
            var begin = Math.Max(span.Begin, until);
            if (span.End > begin) used += _time.GetElapsedTime(begin, span.End);
            until = Math.Max(until, span.End);
        }

        return (used, [.. spans.Select(span => span.Assembly).Distinct()]);
    }

    /// <summary>The category's time is used from here on.</summary>
    public void Begin(string category)
    {
        if (_folder is null) return;
        lock (_gate)
        {
            _running[category] = _time.GetTimestamp();
            Write(category);
            _beat ??= _time.CreateTimer(_ => Signs(), null, Beat, Beat);
        }
    }

    /// <summary>The category's last test is done.</summary>
    public void End(string category)
    {
        lock (_gate)
        {
            if (!_running.ContainsKey(category)) return;
            Write(category);
            _running.Remove(category);
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
                if (RunIdentity.IsOver(Path.GetFileName(folder)) || time.GetUtcNow() - Directory.GetLastWriteTimeUtc(folder) > Forgotten) Directory.Delete(folder, recursive: true);
            }
            catch (Exception taken) when (taken is IOException or UnauthorizedAccessException)
            {
                // Another run sweeps it.
            }
        }
    }

    private static Span? Read(string file)
    {
        try
        {
            return File.ReadAllText(file).Split(' ', 3) is [var begin, var end, var assembly]
                ? new(long.Parse(begin, CultureInfo.InvariantCulture), long.Parse(end, CultureInfo.InvariantCulture), assembly)
                : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
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
            // Nobody else's business, and nobody else may put a file there.
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(_folder!);
            else Directory.CreateDirectory(_folder!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var file = Path.Combine(_folder!, $"{category}.{_mark}{Extension}");
            // Moved into its place, so that nobody reads half of it. The clock is the machine's, the same in every process.
            File.WriteAllText(file + ".part", string.Create(CultureInfo.InvariantCulture, $"{_running[category]} {_time.GetTimestamp()} {_assembly}"));
            File.Move(file + ".part", file, overwrite: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The budget holds for this assembly alone then; no test fails for it.
        }
    }

    private sealed record Span(long Begin, long End, string Assembly);
}
