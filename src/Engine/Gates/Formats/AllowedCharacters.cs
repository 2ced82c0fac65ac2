namespace ChainBridge.Engine.Gates.Formats;

/// <summary>
/// Text without the characters that neither XML nor JSON allow: control characters, such as the escape of terminal colours,
/// U+FFFE and U+FFFF. Many runners copy a test's output as it is; that must not make the whole file unreadable.
/// </summary>
/// <param name="text">Is closed with the reader.</param>
internal sealed class AllowedCharacters(TextReader text) : TextReader
{
    public override int Read(char[] buffer, int index, int count)
    {
        int read, kept;
        do
        {
            read = text.Read(buffer, index, count);
            kept = 0;
            for (var i = index; i < index + read; i++)
                if (IsAllowed(buffer[i])) buffer[index + kept++] = buffer[i];
        }
        while (kept == 0 && read > 0);
        return kept;
    }

    public override int Read()
    {
        var one = new char[1];
        return Read(one, 0, 1) == 0 ? -1 : one[0];
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) text.Dispose();
        base.Dispose(disposing);
    }

    private static bool IsAllowed(char character) => character is >= ' ' and < '\uFFFE' or '\t' or '\n' or '\r';
}
