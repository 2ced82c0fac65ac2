using System.Collections.Concurrent;
using ChainBridge.Samples.ServiceDefaults;

namespace ChainBridge.Samples.Gateway;

/// <summary>Body of <c>POST /api/models/register</c>.</summary>
public sealed record ModelRegistration(string? Name, string? Version)
{
    /// <summary>Field → what is wrong with it.</summary>
    public Dictionary<string, string[]> Problems()
    {
        var problems = new Dictionary<string, string[]>();
        if (string.IsNullOrWhiteSpace(Name)) problems["name"] = ["is required"];
        if (string.IsNullOrWhiteSpace(Version)) problems["version"] = ["is required"];
        return problems;
    }
}

/// <summary>Models announced to this gateway since it started; kept in memory, since every deployment announces them again.</summary>
public sealed class ModelRegistry(TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Name, string Version), DateTimeOffset> _models = new();

    /// <summary>Registers a model once; answers when it was registered first.</summary>
    public (DateTimeOffset At, bool New) Register(string name, string version)
    {
        var now = time.GetUtcNow();
        var at = _models.GetOrAdd((name, version), now);
        return (at, at == now);
    }
}
