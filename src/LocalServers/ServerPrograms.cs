namespace ChainBridge.LocalServers;

/// <summary>Finds server programs: on PATH first, then where distributions put them, the newest version first.</summary>
public static class ServerPrograms
{
    private static readonly string[] PostgresPlaces = ["/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt"];
    private static readonly string[] RedisPlaces = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"];

    /// <summary>The folder that holds <c>postgres</c> and <c>initdb</c>.</summary>
    /// <exception cref="ServerNotFoundException">It is nowhere; names the package.</exception>
    public static string PostgresFolder()
    {
        // PATH may hold wrappers without their libraries; a versioned folder is the real thing.
        var versioned = PostgresPlaces.Where(Directory.Exists)
            .SelectMany(place => Directory.GetDirectories(place, place.Contains("opt", StringComparison.Ordinal) ? "postgresql*" : "*"))
            .OrderByDescending(folder =>
                int.TryParse(new string([.. Path.GetFileName(folder).Where(char.IsAsciiDigit)]), out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin"));
        return versioned.Concat(SearchPath())
            .FirstOrDefault(folder => IsThere(Path.Combine(folder, "postgres")) && IsThere(Path.Combine(folder, "initdb")))
            ?? throw new ServerNotFoundException("PostgreSQL's server is not installed: looked on PATH and in /usr/lib/postgresql. "
                + "Install it: apt-get install postgresql (or brew install postgresql)");
    }

    /// <summary>Full path of <c>redis-server</c>.</summary>
    /// <exception cref="ServerNotFoundException">It is nowhere; names the package.</exception>
    public static string RedisServer() =>
        SearchPath().Concat(RedisPlaces).Select(folder => Path.Combine(folder, "redis-server")).FirstOrDefault(IsThere)
        ?? throw new ServerNotFoundException("Redis' server is not installed: looked for redis-server on PATH. Install it: "
            + "apt-get install redis-server (or brew install redis)");

    /// <summary>A link whose program was uninstalled is still a file, and cannot be started.</summary>
    internal static bool IsThere(string path) =>
        File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is not { Exists: false };

    private static string[] SearchPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
}
