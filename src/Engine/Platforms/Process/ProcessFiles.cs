using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Engine.Platforms.Process;

/// <summary>Where the accessories are; chosen once, because running releases hold on to it.</summary>
/// <param name="Host">
/// The address they listen on. Accessories of a compose file have one of their own, with the ports their images have. A parameter, so
/// that a file of an earlier runner without it has the default.
/// </param>
internal sealed record Accessories(string Folder, int PostgresPort, int RedisPort, string Host = "127.0.0.1");

/// <summary>Where the edge listens; public ports are chosen once and kept.</summary>
/// <param name="Others">Door → port, beside the first door's.</param>
internal sealed record Doors(Uri Public, Uri Admin, IReadOnlyDictionary<string, int>? Others = null)
{
    /// <summary>All public ports, the first door's first.</summary>
    [JsonIgnore]
    public IReadOnlyList<OpenPort> Ports => [new(DoorSpec.Default, Public.Port, Public.Port),
        .. (Others ?? new Dictionary<string, int>()).Select(door => new OpenPort(door.Key, door.Value, door.Value))];
}

/// <summary>What the process target decided once and keeps, one small JSON file each. What runs is the supervisor's to say.</summary>
internal sealed class ProcessFiles(string state)
{
    /// <summary>The folder with the copies of edge and supervisor.</summary>
    public const string Programs = "programs";

    public string State => state;

    public string Log(string name) => Path.Combine(Directory.CreateDirectory(Path.Combine(state, "logs")).FullName, $"{name}.log");

    public T? Read<T>(string name, JsonTypeInfo<T> type) where T : class
    {
        var path = Path.Combine(state, $"{name}.json");
        return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllText(path), type) : null;
    }

    public void Write<T>(string name, T value, JsonTypeInfo<T> type) =>
        DurableFile.Write(Path.Combine(state, $"{name}.json"), JsonSerializer.Serialize(value, type));

    /// <summary>
    /// Removes builds, logs, programs and what the edge knew: an environment set up here later must not begin with this one's traffic,
    /// and its tokens begin anew.
    /// </summary>
    public void Forget()
    {
        string[] folders = [BuildFolder.Builds, "logs", Programs];
        foreach (var folder in folders.Select(name => Path.Combine(state, name)).Where(Directory.Exists))
            Directory.Delete(folder, recursive: true);
        foreach (var name in new[] { "edge", "doors" }) Remove(name);
    }

    public void Remove(string name) => File.Delete(Path.Combine(state, $"{name}.json"));
}

/// <summary>How they are written; generated ahead, as nothing here is read by reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(Accessories))]
[JsonSerializable(typeof(Doors))]
internal sealed partial class ProcessJson : JsonSerializerContext;
