namespace ChainBridge.TestKit.Diagnostics;

/// <summary>
/// Keeps a bundle small enough to be sent about: 1 MB a file, 20 MB in all. A text that was cut ends with a note of the cut.
/// </summary>
internal sealed class BoundedText(Func<string, string> redact)
{
    private const int FileLimit = 1024 * 1024;
    private const int Limit = 20 * FileLimit;
    private int _taken;

    /// <summary>Redacted first and cut then: half a secret would not be known as one.</summary>
    public string Take(string text)
    {
        // Searching takes time; of what is far too long only what may be kept is searched, and a line at the cut is left out.
        if (text.Length > 2 * FileLimit)
            text = Cut(text, text.IndexOf('\n', FileLimit - 1), text.LastIndexOf('\n', text.Length - FileLimit));
        text = redact(text);
        if (text.Length > FileLimit) text = Cut(text, FileLimit / 2, text.Length - (FileLimit / 2));
        return Interlocked.Add(ref _taken, text.Length) <= Limit ? text : "(left out: the evidence of this test is over 20 MB)\n";
    }

    private static string Cut(string text, int head, int tail)
    {
        if (head < 0) head = 0;
        if (tail < head) tail = text.Length;
        return $"{text[..head]}\n(… {tail - head} characters were left out)\n{text[tail..]}";
    }
}
