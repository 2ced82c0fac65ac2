using System.Text;
using System.Text.Json;

namespace ChainBridge.Engine.Gates.Formats;

/// <summary>
/// Common Test Report Format: <c>results.summary</c> claims, <c>results.tests[]</c> holds; <c>results.extra.shard</c> is
/// TestKit's word for the part that the file is.
/// </summary>
internal static class CtrfReader
{
    private const int LargestToken = 8_000_000;
    private const int Piece = 16 * 1024;

    public static void Read(TextReader text, ResultTally tally, ResultReading reading, CancellationToken cancellationToken)
    {
        var walk = new CtrfWalk(tally);
        var characters = new char[Piece];
        var buffer = new byte[4 * Piece];
        var encoder = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetEncoder();
        var (held, state, ended) = (0, new JsonReaderState(), false);
        try
        {
            while (!ended)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (buffer.Length - held < 3 * (Piece + 1))
                {
                    if (held >= LargestToken) throw new ResultFileException($"one value is larger than {LargestToken / 1_000_000} MB");
                    Array.Resize(ref buffer, buffer.Length * 2);
                }

                var read = text.Read(characters, 0, Piece);
                ended = read == 0;
                held += encoder.GetBytes(characters.AsSpan(0, read), buffer.AsSpan(held), flush: ended);
                var reader = new Utf8JsonReader(buffer.AsSpan(0, held), ended, state);
                while (reader.Read()) walk.On(ref reader);
                state = reader.CurrentState;
                var consumed = (int)reader.BytesConsumed;
                buffer.AsSpan(consumed, held - consumed).CopyTo(buffer);
                held -= consumed;
            }
        }
        catch (JsonException broken)
        {
            throw new ResultFileException($"the file is cut off or no JSON: line {broken.LineNumber + 1}, "
                + $"byte {broken.BytePositionInLine + 1}: {broken.Message.Split(" LineNumber:")[0]}", broken);
        }

        walk.Check();
    }
}
