using System.Globalization;
using System.IO.Enumeration;
using ChainBridge.Engine.Gates.Formats;
using ChainBridge.Engine.Hosts;

namespace ChainBridge.Engine.Gates;

/// <summary>
/// Finds the files of a <c>results</c> pattern: <c>*</c> and <c>?</c> stand for characters of one name, <c>**</c> for any
/// number of folders. Links to folders are followed, each folder is searched once and each file counted once.
/// </summary>
internal sealed class ResultSearch
{
    /// <summary>Folders below each other that <c>**</c> descends.</summary>
    public const int Deepest = 64;

    /// <summary>More result files than this are refused.</summary>
    public const int MostFiles = 10_000;

    private const int MostEntries = 1_000_000;
    private const int NamedOthers = 5;
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };
    private readonly List<string> _segments;
    private readonly string _start;
    private readonly CancellationToken _stop;
    private readonly HashSet<(string Folder, int Segment)> _searched = [];
    private readonly Dictionary<string, string> _files = [];
    private readonly HashSet<string> _others = [];
    private string? _missing, _folder;
    private int _entries;

    private ResultSearch(string start, List<string> segments, CancellationToken stop) =>
        (_start, _segments, _stop) = (start, segments, stop);

    /// <summary>The files that match, sorted by name. What matches and is no folder counts, whatever it is.</summary>
    /// <param name="start">Where the pattern's first name is looked for.</param>
    /// <param name="pattern">Relative to <paramref name="start"/>.</param>
    /// <exception cref="ResultFileException">The search found no end within its limits, or a folder cannot be read.</exception>
    public static (IReadOnlyList<string> Files, string Searched) Find(string start, string pattern, CancellationToken cancellationToken)
    {
        var segments = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(segment => segment != ".").ToList();
        if (segments is [.., "**"]) segments.Add("*");
        var search = new ResultSearch(start, segments, cancellationToken);
        try
        {
            if (segments.Count > 0) search.Walk(start, 0, 0);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ResultFileException($"the search for result files failed: {unreadable.Message}", unreadable);
        }

        return ([.. search._files.Values.Order(StringComparer.Ordinal)], search.Describe());
    }

    private void Walk(string folder, int segment, int depth)
    {
        _stop.ThrowIfCancellationRequested();
        var (name, last) = (_segments[segment], segment == _segments.Count - 1);
        if (name == "**")
        {
            if (!_searched.Add((FileFacts.Of(folder)?.Identity ?? folder, segment))) return;
            Walk(folder, segment + 1, depth);
            if (depth == Deepest)
                throw new ResultFileException($"{folder} is more than {Deepest} folders deep: name the folder in the pattern");
            foreach (var child in Entries(folder).Where(IsFolder)) Walk(child.FullName, segment, depth + 1);
        }
        else if (name.IndexOfAny(['*', '?']) < 0) Named(Path.Combine(folder, name), last, segment, depth);
        else if (last) Match(folder, name);
        else
            foreach (var child in Entries(folder).Where(entry => IsFolder(entry) && Matches(name, entry.Name)))
                Walk(child.FullName, segment + 1, depth);
    }

    private void Named(string path, bool last, int segment, int depth)
    {
        if (last && File.Exists(path)) Add(path);
        else if (!last && Directory.Exists(path)) Walk(path, segment + 1, depth);
        else if (last && Directory.Exists(path)) _folder ??= path;
        else if (!_segments.Contains("**")) _missing ??= path;
    }

    private void Match(string folder, string name)
    {
        if (!Directory.Exists(folder)) _missing ??= folder;
        else
            foreach (var entry in Entries(folder).Where(entry => !IsFolder(entry)))
                if (Matches(name, entry.Name)) Add(entry.FullName);
                else _others.Add(entry.FullName);
    }

    private void Add(string path)
    {
        _files.TryAdd(FileFacts.Of(path)?.Identity ?? path, path);
        if (_files.Count > MostFiles) throw new ResultFileException($"more than {MostFiles} files match: narrow the pattern");
    }

    /// <summary>Links come last: what has a name of its own is called by that.</summary>
    private IEnumerable<FileSystemInfo> Entries(string folder)
    {
        var entries = Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFileSystemInfos("*", Everything).ToList() : [];
        if ((_entries += entries.Count) > MostEntries)
            throw new ResultFileException($"more than {MostEntries} files and folders stand below {_start}: narrow the pattern");
        return entries.OrderBy(entry => entry.LinkTarget is not null).ThenBy(entry => entry.Name, StringComparer.Ordinal);
    }

    private static bool IsFolder(FileSystemInfo entry) => entry.Attributes.HasFlag(FileAttributes.Directory);

    private static bool Matches(string pattern, string name) =>
        FileSystemName.MatchesSimpleExpression(pattern.Replace("**", "*", StringComparison.Ordinal)
            .Replace("\\", @"\\", StringComparison.Ordinal), name, ignoreCase: false);

    private string Describe()
    {
        if (_folder is not null) return $"{_folder} is a folder: name the files in it";
        if (_missing is not null) return $"there is no {_missing}";
        if (_others.Count == 0) return $"no file at all stands where it was looked for, below {_start}";
        var named = _others.Order(StringComparer.Ordinal).Take(NamedOthers).Select(path => Path.GetRelativePath(_start, path));
        var more = _others.Count > NamedOthers ? ", …" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"below {_start} stand {_others.Count} other files: {string.Join(", ", named)}{more}");
    }
}
