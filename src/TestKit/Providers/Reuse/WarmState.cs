using System.Text.Json;
using System.Text.Json.Serialization;
using ChainBridge.Machine;

namespace ChainBridge.TestKit.Providers.Reuse;

/// <summary>What is written down about a server that outlives its runs; the file is its owner's alone.</summary>
/// <param name="Settings">What the server is made of, for people.</param>
/// <param name="Port">Where it listens; 0 where the engine knows, by the <paramref name="Label"/>.</param>
/// <param name="Reaper">Process id and start of the shell that ends it: written by that shell.</param>
/// <param name="Started">When it was started.</param>
/// <param name="Idle">For how long it may be idle before it goes.</param>
internal sealed record WarmState(
    string Settings, int Port, string Password, string Label, [property: JsonPropertyName("Keeper")] string Reaper,
    DateTimeOffset Started = default, TimeSpan Idle = default)
{
    /// <summary>Replaced by the reaper with itself.</summary>
    public const string ReaperMark = "@REAPER@";

    /// <summary>Whether the reaper of the server runs.</summary>
    public bool IsKept =>
        Reaper.Split(' ') is [var id, var start] && int.TryParse(id, out var process) && new ProcessIdentity(process, start).Running;

    public static WarmState? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<WarmState>(File.ReadAllText(file));
        }
        catch (Exception absent) when (absent is FileNotFoundException or JsonException)
        {
            return null;
        }
    }
}
