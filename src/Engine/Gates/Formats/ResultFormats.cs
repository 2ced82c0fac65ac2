using System.Collections.Frozen;
using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.Gates.Formats;

/// <summary>Reads the text of one file into a tally.</summary>
internal delegate void ResultReader(TextReader text, ResultTally tally, ResultReading reading, CancellationToken cancellationToken);

/// <summary>The result formats that a gate can read: a new one is a line here, its name in the manifest, and its reader.</summary>
internal static class ResultFormats
{
    public static readonly FrozenDictionary<ResultFormat, ResultReader> Readers = new Dictionary<ResultFormat, ResultReader>
    {
        [ResultFormat.Trx] = TrxReader.Read,
        [ResultFormat.Junit] = JunitReader.Read,
        [ResultFormat.Ctrf] = CtrfReader.Read,
    }.ToFrozenDictionary();
}
