namespace ChainBridge.TestKit.Postgres;

/// <summary>
/// How PostgreSQL copies a template. On a RAM disk copying the files takes half as long as writing them through the log;
/// on a disk both take as long, and copying files makes two checkpoints that stall all other sessions on the server.
/// </summary>
internal static class CloneStrategy
{
    /// <summary>The clause of CREATE DATABASE; empty on servers before 15, which know only one way.</summary>
    public static async Task<string> ClauseAsync(PostgresAdmin admin, CancellationToken cancellationToken)
    {
        var version = (await admin.ReadAsync("asking for the server's version", "SHOW server_version_num", cancellationToken))[0];
        return Choose(int.Parse(version, System.Globalization.CultureInfo.InvariantCulture), await DiskAsync(admin, cancellationToken));
    }

    /// <param name="disk">The server's data directory and its mounts; null where they cannot be known.</param>
    internal static string Choose(int version, (string Folder, string Mounts)? disk) =>
        version < 150_000 ? "" : disk is { } known && IsRamDisk(known.Folder, known.Mounts) ? " STRATEGY FILE_COPY" : " STRATEGY WAL_LOG";

    private static bool IsRamDisk(string folder, string mounts) => mounts.Split('\n')
        .Select(line => line.Split(' ')).Where(parts => parts.Length > 2 && IsWithin(folder, parts[1]))
        // The longest mount point is the one the folder is on; of two on one place the later one covers the earlier.
        .Select((parts, order) => (Point: parts[1], Kind: parts[2], order)).OrderBy(mount => mount.Point.Length)
        .ThenBy(mount => mount.order)
        .LastOrDefault().Kind is "tmpfs" or "ramfs";

    private static bool IsWithin(string folder, string point) =>
        point == "/" || folder == point || folder.StartsWith(point + "/", StringComparison.Ordinal);

    private static async Task<(string Folder, string Mounts)?> DiskAsync(PostgresAdmin admin, CancellationToken cancellationToken)
    {
        try
        {
            var facts = await admin.ReadAsync("asking for the server's disk",
                "SELECT current_setting('data_directory') UNION ALL SELECT pg_read_file('/proc/self/mounts')", cancellationToken);
            return (facts[0], facts[1]);
        }
        catch (Npgsql.PostgresException)
        {
            // No Linux, or no superuser.
            return null;
        }
    }
}
