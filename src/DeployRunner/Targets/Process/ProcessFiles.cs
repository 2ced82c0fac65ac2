using System.Text.Json;

namespace ChainBridge.DeployRunner.Targets.Process;

/// <summary>A service of a slot, as it was started.</summary>
internal sealed record SlotService(string Name, string Version, string Digest, string Folder, Uri Address, DetachedProcess Process, DateTimeOffset Since);

/// <summary>The edge, as it was started.</summary>
internal sealed record EdgeProcess(DetachedProcess Process, Uri Public, Uri Admin);

/// <summary>The accessories, as they were started.</summary>
internal sealed record Accessories(string Folder, int PostgresPort, int RedisPort, DetachedProcess? Redis);

/// <summary>What the process target knows, one small JSON file each, written beside and renamed.</summary>
internal sealed class ProcessFiles(string state)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public string State => state;

    public string Log(string name) => Path.Combine(Directory.CreateDirectory(Path.Combine(state, "logs")).FullName, $"{name}.log");

    public T? Read<T>(string name) where T : class
    {
        var path = Path.Combine(state, $"{name}.json");
        return File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllText(path), Format) : null;
    }

    public void Write<T>(string name, T value)
    {
        Directory.CreateDirectory(state);
        var path = Path.Combine(state, $"{name}.json");
        File.WriteAllText(path + ".new", JsonSerializer.Serialize(value, Format));
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Removes builds, logs and where the door stood: an environment set up here later must not begin with the traffic of this one.</summary>
    public void Forget()
    {
        foreach (var folder in new[] { "builds", "logs" }.Select(name => Path.Combine(state, name)).Where(Directory.Exists)) Directory.Delete(folder, recursive: true);
        Remove("edge");
    }

    public void Remove(string name) => File.Delete(Path.Combine(state, $"{name}.json"));
}
