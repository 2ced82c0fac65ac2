using System.Globalization;
using System.Xml;

namespace ChainBridge.DeployRunner.Gates.Formats;

/// <summary>How XML result files are read: streaming, with no entity and no outside reference.</summary>
internal static class ResultXml
{
    /// <summary>Walks the file element by element; turns broken XML into a reason.</summary>
    public static void Walk(Stream file, string root, Action<XmlReader> onNode, CancellationToken cancellationToken)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreWhitespace = true, IgnoreComments = true };
        try
        {
            using var reader = XmlReader.Create(file, settings);
            reader.MoveToContent();
            if (!root.Split('|').Contains(reader.LocalName))
                throw new ResultFileException($"the file is no result file: its root is <{reader.LocalName}>, not <{root}>");
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                onNode(reader);
            }
            while (reader.Read());
        }
        catch (XmlException broken)
        {
            throw new ResultFileException($"the file is cut off or no XML: {broken.Message}", broken);
        }
    }

    public static int? Number(this XmlReader reader, string attribute) => reader.GetAttribute(attribute) is not { } text
        ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ResultFileException($"{attribute}=\"{text}\" is no count");
}
