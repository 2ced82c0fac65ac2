namespace ChainBridge.LocalServers;

/// <summary>
/// One initialised cluster per PostgreSQL version and user, copied for every server: a copy takes a tenth of initdb.
/// Several processes may ask at once; the first builds it, the others wait for the same file lock.
/// </summary>
internal static class ClusterCache
{
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Copies the cluster to <paramref name="target"/>, building it first when there is none.</summary>
    public static async Task CopyToAsync(string target, string postgresFolder, TimeProvider time, CancellationToken cancellationToken)
    {
        var cache = Path.Combine(Path.GetTempPath(), $"chainbridge-cluster-{Environment.UserName}-{Fingerprint(postgresFolder)}");
        if (!File.Exists(Path.Combine(cache, "data", "PG_VERSION"))) await BuildAsync(cache, postgresFolder, time, cancellationToken);
        await ServerUser.RunAsync(["cp", "-a", "--reflink=auto", Path.Combine(cache, "data"), target], cancellationToken);
    }

    private static async Task BuildAsync(string cache, string postgresFolder, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(cache);
        await using var held = await LockAsync(cache + ".lock", time, cancellationToken);
        if (File.Exists(Path.Combine(cache, "data", "PG_VERSION"))) return;
        var half = Path.Combine(cache, "half");
        if (Directory.Exists(half)) Directory.Delete(half, recursive: true);
        await ServerUser.OwnAsync(cache, cancellationToken);
        // Trust on loopback only: the server lives for one run and listens nowhere else.
        await ServerUser.RunAsync(ServerUser.Command(Path.Combine(postgresFolder, "initdb"), "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "-D", half), cancellationToken);
        Directory.Move(half, Path.Combine(cache, "data"));
    }

    private static async Task<FileStream> LockAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (time.GetElapsedTime(began) < LockTimeout)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken);
            }
        }
    }

    private static string Fingerprint(string postgresFolder)
    {
        // A new build of the server may not read an old cluster: its program's time and size tell them apart.
        var program = new FileInfo(Path.Combine(postgresFolder, "postgres"));
        return $"{program.LastWriteTimeUtc.Ticks:x}-{program.Length:x}";
    }
}
