using System.Text;
using System.Text.RegularExpressions;

namespace ChainBridge.Engine.Gates.Formats;

/// <summary>
/// Opens a result file as text. Its byte order mark decides about the encoding, then what its first bytes look like, then what
/// its XML declaration says, because writers get the last one wrong. Bytes that are no text in it become U+FFFD.
/// </summary>
internal static partial class ResultText
{
    private const int Start = 1024;

    /// <param name="file">Stays open.</param>
    public static TextReader Open(Stream file)
    {
        Span<byte> start = stackalloc byte[Start];
        var read = file.ReadAtLeast(start, Start, throwOnEndOfStream: false);
        var (encoding, mark) = Detect(start[..read]);
        file.Position = mark;
        return new AllowedCharacters(new StreamReader(file, encoding, detectEncodingFromByteOrderMarks: false, bufferSize: 64 * 1024,
            leaveOpen: true));
    }

    private static (Encoding Encoding, int Mark) Detect(ReadOnlySpan<byte> start) => start switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (Utf8, 3),
        [0xFF, 0xFE, 0, 0, ..] => (Utf32(bigEndian: false), 4),
        [0, 0, 0xFE, 0xFF, ..] => (Utf32(bigEndian: true), 4),
        [0xFF, 0xFE, ..] => (Utf16(bigEndian: false), 2),
        [0xFE, 0xFF, ..] => (Utf16(bigEndian: true), 2),
        [not 0, 0, 0, 0, ..] => (Utf32(bigEndian: false), 0),
        [0, 0, 0, not 0, ..] => (Utf32(bigEndian: true), 0),
        [not 0, 0, not 0, 0, ..] => (Utf16(bigEndian: false), 0),
        [0, not 0, 0, not 0, ..] => (Utf16(bigEndian: true), 0),
        _ => (Declared(Encoding.Latin1.GetString(start)) ?? Utf8, 0),
    };

    /// <summary>
    /// The encoding that the XML declaration names; null when it names none, an unknown one, or one whose characters
    /// are wider than these bytes.
    /// </summary>
    private static Encoding? Declared(string start)
    {
        if (Declaration().Match(start) is not { Success: true } declaration) return null;
        var name = declaration.Groups[1].Value.Trim();
        var number = CodePage().Match(name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal))
            .Groups[1].Value;
        try
        {
            var found = int.TryParse(number, out var page)
                ? CodePagesEncodingProvider.Instance.GetEncoding(page) ?? Encoding.GetEncoding(page)
                : CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
            // A byte below 128 must mean what it means in ASCII: this is how the declaration itself was read.
            return found.GetString("<a b='1'/>"u8) == "<a b='1'/>" ? found : null;
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static Encoding Utf8 => new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    private static Encoding Utf16(bool bigEndian) => new UnicodeEncoding(bigEndian, byteOrderMark: false);

    private static Encoding Utf32(bool bigEndian) => new UTF32Encoding(bigEndian, byteOrderMark: false);

    [GeneratedRegex("""^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([^"'<>]*)["']""")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^(?:cp|windows|win|ms|ibm)(\d{3,5})$", RegexOptions.IgnoreCase)]
    private static partial Regex CodePage();
}
