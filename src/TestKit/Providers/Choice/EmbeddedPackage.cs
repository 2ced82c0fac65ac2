using System.Reflection;

namespace ChainBridge.TestKit.Providers.Choice;

/// <summary>
/// Finds the package <c>ChainBridge.TestKit.Embedded</c>, which nothing here references: a test project that uses it adds the reference.
/// </summary>
internal static class EmbeddedPackage
{
    private const string Name = "ChainBridge.TestKit.Embedded";

    /// <summary>Null when the package is there; otherwise what to add.</summary>
    public static string? Missing()
    {
        try
        {
            Assembly.Load(Name);
            return null;
        }
        catch (Exception absent) when (absent is FileNotFoundException or FileLoadException)
        {
            return $"the package {Name} is not referenced by the tests. Add it: dotnet add package {Name}";
        }
    }

    /// <summary>Its provider.</summary>
    public static IServerProvider Provider(Func<string, string?> variable, TextWriter log, TimeProvider time)
    {
        var type = Assembly.Load(Name).GetType($"{Name}.EmbeddedProvider", throwOnError: true)!;
        return (IServerProvider)Activator.CreateInstance(type, variable, log, time)!;
    }
}
