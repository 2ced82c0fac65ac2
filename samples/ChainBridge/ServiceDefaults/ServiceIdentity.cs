using System.Reflection;

namespace ChainBridge.Samples.ServiceDefaults;

/// <summary>Who answers. Version and commit are stamped into the assembly by the build, never taken from the environment.</summary>
public sealed record ServiceIdentity(string Name, string Version, string Commit)
{
    /// <summary>The header every answer carries.</summary>
    public const string VersionHeader = "X-ChainBridge-Version";

    /// <summary>Reads what the build stamped: <c>version+commit</c> in the informational version.</summary>
    public static ServiceIdentity Of(string name, Assembly assembly)
    {
        var stamped = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
        var plus = stamped.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? new(name, stamped, "unknown") : new(name, stamped[..plus], stamped[(plus + 1)..]);
    }
}
