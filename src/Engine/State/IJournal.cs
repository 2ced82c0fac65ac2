using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.State;

/// <summary>The only truth about what happened on a target.</summary>
public interface IJournal
{
    /// <summary>Adds a line; when it returns, the line is on disk.</summary>
    void Append(JournalEntry entry);

    /// <summary>
    /// Adds a line that is on the disk when the next one is, and is lost with a runner that dies before. For what ends a step whose effect
    /// is there: it saves a way to the host, and to die then is to die before the line.
    /// </summary>
    void AppendWithNext(JournalEntry entry);

    /// <summary>Adds a line with which a person accepts all lines before it as they stand, those included that do not fit.</summary>
    void Accept(JournalEntry entry);

    /// <summary>Everything recorded, oldest first, with what waits for the next line of this runner.</summary>
    JournalReading Read();
}

/// <summary>What the journal holds.</summary>
/// <param name="Entries">The entries that can be believed: all of them, or those before the first breach.</param>
/// <param name="Ignored">Lines that a crash tore, e.g. <c>line 12 is torn</c>.</param>
/// <param name="Breaches">Where the journal is not as the runners wrote it, each with its place; empty when it is.</param>
public sealed record JournalReading(IReadOnlyList<JournalEntry> Entries, IReadOnlyList<string> Ignored, IReadOnlyList<string> Breaches)
{
    /// <summary>What to do about a breach.</summary>
    public const string NextStep = "compare the file with a backup; deployrunner journal lists every place that does not fit, "
        + "deployrunner journal --accept goes on with the journal as it stands and records who said so";

    /// <summary>The entries, all of them.</summary>
    /// <exception cref="EngineException">
    /// <see cref="Failure.PersonNeeded"/>: the journal was changed, so nothing can be decided on it.
    /// </exception>
    public IReadOnlyList<JournalEntry> Whole() => Breaches.Count == 0 ? Entries : throw Broken();

    /// <summary>That nothing can be decided on this journal.</summary>
    public EngineException Broken() => new(Failure.PersonNeeded, "the journal is not as it was written: "
        + $"{Breaches[0]}{(Breaches.Count == 1 ? "" : $" (and {Breaches.Count - 1} more places)")}; nothing is decided on it", NextStep);
}
