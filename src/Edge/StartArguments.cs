using System.Globalization;

namespace ChainBridge.Edge;

/// <summary>The command line: <c>PUBLIC-URL ADMIN-URL STATE-FILE [--door NAME=PORT]…</c></summary>
/// <param name="Doors">Further ports, each with the door it is opened for; on the host of the public address.</param>
internal sealed record StartArguments(string Public, string Admin, string StateFile, IReadOnlyList<KeyValuePair<string, int>> Doors)
{
    public const string Usage = "usage: ChainBridge.Edge PUBLIC-URL ADMIN-URL STATE-FILE [--door NAME=PORT]..., "
        + "with a key in CHAINBRIDGE_EDGE_KEY that the runner sends with each order; or ChainBridge.Edge health ADMIN-URL";

    /// <exception cref="FormatException">They cannot be understood; the message names the argument.</exception>
    public static StartArguments Parse(IReadOnlyList<string> arguments)
    {
        var (places, doors) = (new List<string>(), new Dictionary<string, int>());
        for (var next = 0; next < arguments.Count; next++)
        {
            if (!arguments[next].StartsWith('-')) places.Add(arguments[next]);
            else if (arguments[next] != "--door") throw new FormatException($"{arguments[next]} is no option of the edge. {Usage}");
            else Add(++next < arguments.Count ? arguments[next] : "");
        }

        return places is [var open, var admin, var file]
            ? new(open, admin, file, [.. doors])
            : throw new FormatException($"{places.Count} arguments where three are needed. {Usage}");

        void Add(string door)
        {
            if (door.Split('=') is not [{ Length: > 0 } name, var digits]
                || !ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            {
                throw new FormatException($"--door '{door}': NAME=PORT is needed, as in --door result=8082");
            }

            if (name == DoorRule.Default) throw new FormatException($"--door {door}: '{name}' is the door of PUBLIC-URL");
            if (!doors.TryAdd(name, port)) throw new FormatException($"--door {door}: {name} is named twice");
        }
    }
}
