using System.Globalization;
using System.Xml;

namespace ChainBridge.Engine.Gates.Formats;

/// <summary>How XML result files are read: streaming, with no entity and no outside reference.</summary>
internal static class ResultXml
{
    private const int LongestText = 500;

    /// <summary>No runner nests its suites so deep; without a limit such a file costs the square of its size.</summary>
    private const int Deepest = 200;

    /// <summary>Walks the file node by node; turns broken XML into a reason.</summary>
    /// <param name="roots">Names of the root element that make the file one of the format, in lower case.</param>
    public static void Walk(TextReader text, string[] roots, Action<XmlReader> onNode, CancellationToken cancellationToken)
    {
        // Without CheckCharacters a reference to a forbidden character (&#27;) is a character like others; raw ones are gone already.
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreWhitespace = true,
            CheckCharacters = false
        };
        try
        {
            using var reader = XmlReader.Create(text, settings);
            reader.MoveToContent();
            if (!roots.Contains(reader.Name()))
                throw new ResultFileException(
                    $"the file is no result file: its root is <{reader.LocalName}>, not <{string.Join("> or <", roots)}>");
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (reader.Depth > Deepest)
                    throw new ResultFileException($"elements are nested deeper than {Deepest}: no result file has that{reader.Place()}");
                onNode(reader);
            }
            while (reader.Read());
        }
        catch (XmlException broken)
        {
            throw new ResultFileException($"the file is cut off or no XML: {broken.Message}", broken);
        }
    }

    /// <summary>The element's name without its namespace, in lower case: dialects differ in capitals.</summary>
    public static string Name(this XmlReader reader) => reader.LocalName.ToLowerInvariant();

    /// <summary>The number in an attribute; null when there is no such attribute or it is empty.</summary>
    public static int? Number(this XmlReader reader, string attribute) => reader.GetAttribute(attribute)?.Trim() is not { Length: > 0 } text
        ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ResultFileException($"{attribute}=\"{text}\" of <{reader.LocalName}> is no count{reader.Place()}");

    /// <summary>The beginning of the text that the reader stands on.</summary>
    public static string Beginning(this XmlReader reader)
    {
        var buffer = new char[LongestText];
        return new string(buffer, 0, reader.ReadValueChunk(buffer, 0, buffer.Length));
    }

    private static string Place(this XmlReader reader) =>
        reader is IXmlLineInfo lines && lines.HasLineInfo() ? $" (line {lines.LineNumber}, position {lines.LinePosition})" : "";
}
