using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.State;

/// <summary>
/// The journal as one run knows it: read once, and from then on with what the run itself adds. While a run holds the lock, no other run
/// adds anything that it decides on, so reading again would only cost a way to the host.
/// </summary>
/// <param name="historyOf">The history that entries make.</param>
internal sealed class RunJournal(IJournal journal, Func<IReadOnlyList<JournalEntry>, History> historyOf)
{
    private List<JournalEntry>? _known;

    /// <inheritdoc cref="IJournal.Append"/>
    public void Append(JournalEntry entry) => Add(entry, journal.Append);

    /// <inheritdoc cref="IJournal.AppendWithNext"/>
    public void AppendWithNext(JournalEntry entry) => Add(entry, journal.AppendWithNext);

    /// <summary>Reads the journal on the host.</summary>
    public JournalReading Read()
    {
        var reading = journal.Read();
        _known = reading.Breaches.Count == 0 ? [.. reading.Entries] : null;
        return reading;
    }

    /// <summary>What the journal records, as this run knows it.</summary>
    /// <exception cref="EngineException">
    /// <see cref="Failure.PersonNeeded"/>: the journal was changed, so nothing can be decided on it.
    /// </exception>
    public History History() => historyOf([.. _known ?? Read().Whole()]);

    /// <summary>Has the next question read the journal on the host: another run may have written until now.</summary>
    public void Forget() => _known = null;

    private void Add(JournalEntry entry, Action<JournalEntry> add)
    {
        try
        {
            add(entry);
            _known?.Add(entry);
        }
        catch
        {
            // Whether the line is there is not known.
            Forget();
            throw;
        }
    }
}
