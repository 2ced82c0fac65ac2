namespace ChainBridge.TestKit.Postgres;

/// <summary>
/// How PostgreSQL copies a template. On a RAM disk copying the files takes half as long as writing them through the log;
/// on a disk both take as long, and copying files makes two checkpoints that stall everybody else on the server.
/// </summary>
internal static class CloneStrategy
{
    /// <summary>The clause of CREATE DATABASE; empty on servers before 15, which know only one way.</summary>
    public static async Task<string> ClauseAsync(PostgresAdmin admin, CancellationToken cancellationToken)
    {
        var facts = await admin.ReadAsync("asking for the server's version", "SELECT current_setting('server_version_num') UNION ALL SELECT coalesce(current_setting('data_directory', true), '')", cancellationToken);
        return Choose(int.Parse(facts[0], System.Globalization.CultureInfo.InvariantCulture), facts[1], await MountsAsync(admin, cancellationToken));
    }

    /// <param name="mounts">The server's <c>/proc/self/mounts</c>; null where it cannot be read.</param>
    internal static string Choose(int version, string dataDirectory, string? mounts) =>
        version < 150_000 ? "" : IsRamDisk(dataDirectory, mounts ?? "") ? " STRATEGY FILE_COPY" : " STRATEGY WAL_LOG";

    private static bool IsRamDisk(string folder, string mounts) => mounts.Split('\n')
        .Select(line => line.Split(' ')).Where(parts => parts.Length > 2 && IsWithin(folder, parts[1]))
        // The longest mount point is the one the folder is on; of two on one place the later one covers the earlier.
        .Select((parts, order) => (Point: parts[1], Kind: parts[2], order)).OrderBy(mount => mount.Point.Length).ThenBy(mount => mount.order)
        .LastOrDefault().Kind is "tmpfs" or "ramfs";

    private static bool IsWithin(string folder, string point) => point == "/" || folder == point || folder.StartsWith(point + "/", StringComparison.Ordinal);

    private static async Task<string?> MountsAsync(PostgresAdmin admin, CancellationToken cancellationToken)
    {
        try
        {
            return (await admin.ReadAsync("asking for the server's mounts", "SELECT pg_read_file('/proc/self/mounts')", cancellationToken))[0];
        }
        catch (Npgsql.PostgresException)
        {
            // No Linux, or no superuser.
            return null;
        }
    }
}
