using System.Collections;

namespace ChainBridge.Engine.Platforms.Process;

/// <summary>
/// What a process of this target gets of ours: where the machine keeps things, and nothing else. So a service means the
/// same from every caller, as in a container, and the secrets of a pipeline do not live on in what it started.
/// </summary>
internal static class MachineEnvironment
{
    private static readonly string[] Names =
        ["PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "TZ", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR"];

    /// <summary>The machine's part and these variables, which win.</summary>
    public static Dictionary<string, string> With(IReadOnlyDictionary<string, string> variables)
    {
        var all = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(entry => (Name: (string)entry.Key, Value: (string)(entry.Value ?? "")))
            .Where(variable => Names.Contains(variable.Name) || variable.Name.StartsWith("DOTNET_", StringComparison.Ordinal))
            .ToDictionary(variable => variable.Name, variable => variable.Value, StringComparer.Ordinal);
        foreach (var (name, value) in variables) all[name] = value;
        return all;
    }

    /// <summary>The same for a short command of ours, which inherits: null takes a variable away.</summary>
    public static Dictionary<string, string?> Only(IReadOnlyDictionary<string, string> variables)
    {
        var wanted = With(variables);
        var all = wanted.ToDictionary(variable => variable.Key, variable => (string?)variable.Value, StringComparer.Ordinal);
        foreach (string name in Environment.GetEnvironmentVariables().Keys) if (!wanted.ContainsKey(name)) all[name] = null;
        return all;
    }
}
