using ChainBridge.Engine.Gates.Formats;
using ChainBridge.Engine.Hosts;

namespace ChainBridge.Engine.Gates;

/// <summary>Where a command's result files are to be, and which files stood there before it ran.</summary>
/// <param name="Text">As it is shown: absolute, with its wildcards.</param>
/// <param name="Start">The folder the search begins in.</param>
/// <param name="Rest">The pattern below it.</param>
internal sealed record ResultPattern(string Text, string Start, string Rest)
{
    private const string Results = "{results}";

    /// <summary>Files as old as this before the start still count as written by the run: file clocks tick coarsely.</summary>
    private static readonly TimeSpan ClockTick = TimeSpan.FromMilliseconds(100);

    /// <summary>By how much the clock of a file server may be ahead.</summary>
    private static readonly TimeSpan ClockAhead = TimeSpan.FromSeconds(2);

    /// <param name="written">The manifest's <c>results</c>.</param>
    /// <param name="results">The folder that <c>{results}</c> stands for; its own name is no pattern.</param>
    public static ResultPattern Of(string written, string workingDirectory, string results)
    {
        var filled = written.Replace(Results, results, StringComparison.Ordinal);
        if (written.StartsWith(Results, StringComparison.Ordinal)) return new(filled, results, written[Results.Length..].TrimStart('/'));
        return Path.IsPathRooted(filled) ? new(filled, "/", filled) : new(Path.Combine(workingDirectory, filled), workingDirectory, filled);
    }

    /// <summary>The files that are there now.</summary>
    /// <exception cref="ResultFileException">They cannot be listed; says why.</exception>
    public (IReadOnlyList<string> Files, string Searched) Find(CancellationToken cancellationToken) =>
        ResultSearch.Find(Start, Rest, cancellationToken);

    /// <summary>What stands there before the run. What cannot be listed now is not known, and is looked at after the run.</summary>
    public IReadOnlyDictionary<string, FileFacts> Remember(CancellationToken cancellationToken)
    {
        try
        {
            return Find(cancellationToken).Files.Select(FileFacts.Of).OfType<FileFacts>().ToDictionary(facts => facts.Identity);
        }
        catch (ResultFileException)
        {
            return new Dictionary<string, FileFacts>();
        }
    }

    /// <summary>Why the file says nothing about the run; null when the run wrote it. A link is as old as what it points to.</summary>
    /// <param name="before">What stood there before the run.</param>
    public static string? Staleness(
        FileFacts file, IReadOnlyDictionary<string, FileFacts> before, DateTimeOffset began, DateTimeOffset now)
    {
        if (before.TryGetValue(file.Identity, out var old) && old == file)
            return $"the run did not touch the file: it is as it was before ({file.Modified:u})";
        if (file.Modified < began - ClockTick)
            return $"the file is older ({file.Modified:u}) than the run ({began:u}): it says nothing about it";
        if (file.Changed < began - ClockTick)
            return $"the file is older ({file.Changed:u}) than the run ({began:u}), whatever its modification time says "
                + $"({file.Modified:u})";
        return file.Modified > now + ClockAhead
            ? $"the file's modification time lies in the future ({file.Modified:u}, now {now:u}): it does not say when it was written"
            : null;
    }
}
