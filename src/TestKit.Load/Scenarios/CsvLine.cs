using System.Text;

namespace ChainBridge.TestKit.Load.Scenarios;

/// <summary>A line of comma-separated values (RFC 4180, without line ends inside of quotes).</summary>
internal static class CsvLine
{
    public static List<string> Split(string line)
    {
        var (values, value, quoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < line.Length; i++)
        {
            if (quoted && line[i] == '"' && i + 1 < line.Length && line[i + 1] == '"') value.Append(line[++i]);
            else if (line[i] == '"') quoted = !quoted;
            else if (line[i] == ',' && !quoted)
            {
                values.Add(value.ToString());
                value.Clear();
            }
            else value.Append(line[i]);
        }

        values.Add(value.ToString());
        return values;
    }
}
