namespace ChainBridge.DeployRunner.Releases;

/// <summary>The only truth about what happened on a target.</summary>
public interface IJournal
{
    /// <summary>Adds a line; when it returns, the line is on disk.</summary>
    void Append(JournalEntry entry);

    /// <summary>Everything recorded, oldest first.</summary>
    JournalReading Read();
}

/// <summary>What the journal holds.</summary>
/// <param name="Ignored">Lines that were no entries, e.g. <c>line 12 is torn</c>; a crash leaves at most one.</param>
public sealed record JournalReading(IReadOnlyList<JournalEntry> Entries, IReadOnlyList<string> Ignored);
