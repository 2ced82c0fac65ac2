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
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "postgres")) && File.Exists(Path.Combine(folder, "initdb")))
            ?? throw new ServerNotFoundException("PostgreSQL's server is not installed: looked on PATH and in /usr/lib/postgresql. "
                + "Install it: apt-get install postgresql (or brew install postgresql)");
    }

    /// <summary>Full path of <c>redis-server</c>.</summary>
    /// <exception cref="ServerNotFoundException">It is nowhere; names the package.</exception>
    public static string RedisServer() =>
        SearchPath().Concat(RedisPlaces).Select(folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists)
        ?? throw new ServerNotFoundException("Redis' server is not installed: looked for redis-server on PATH. Install it: "
            + "apt-get install redis-server (or brew install redis)");

    private static string[] SearchPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
}
