using ChainBridge.Machine;

namespace ChainBridge.LocalServers;

/// <summary>
/// One initialised cluster per PostgreSQL version and user, copied for every server: a copy takes a tenth of initdb.
/// Several processes may ask at once; the first builds it, the others wait for the same file lock.
/// </summary>
internal static class ClusterCache
{
    private static readonly TimeSpan BuildTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Where the cluster is, built first when there is none.</summary>
    public static async Task<string> ClusterAsync(string postgresFolder, TimeProvider time, CancellationToken cancellationToken)
    {
        var cluster = Path.Combine(Path.GetTempPath(), $"chainbridge-cluster-{Environment.UserName}-{Fingerprint(postgresFolder)}");
        if (Directory.Exists(cluster)) return cluster;
        await using var held = await FileLock.TakeAsync(cluster + ".lock", BuildTimeout, time, onWait: null, cancellationToken);
        if (!Directory.Exists(cluster)) await BuildAsync(cluster, postgresFolder, time, cancellationToken);
        return cluster;
    }

    /// <summary>
    /// Built in a folder that goes when we are killed, and moved to its place as the last step: it is either whole or not there.
    /// </summary>
    private static async Task BuildAsync(string cluster, string postgresFolder, TimeProvider time, CancellationToken cancellationToken)
    {
        // Trust on loopback only: the server lives for one run and listens nowhere else.
        const string build = """
            "$1/initdb" --no-sync --auth=trust --username=postgres --encoding=UTF8 --locale=C.UTF-8 --wal-segsize=4 -D data >log 2>&1 ||
              { tail -n 20 log; exit 1; }
            echo "CREATE DATABASE $3" | "$1/postgres" --single -F -D data postgres >log 2>&1 || { tail -n 20 log; exit 1; }
            mv data "$2"
            """;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(BuildTimeout);
        await using var initdb = OwnedProcess.Start(ScratchFolder.NameIn(Path.GetDirectoryName(cluster)!, "init"), ServerUser.Command(
            "/bin/sh", "-c", build, "sh", postgresFolder, cluster, LocalPostgres.SpareDatabase), owner: ServerUser.Owner());
        try
        {
            if (await initdb.ExitAsync(deadline.Token) != 0)
                throw new ServerStartException($"{Path.Combine(postgresFolder, "initdb")} {initdb.LastOutput}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServerStartException($"initdb had not ended after {BuildTimeout.TotalSeconds} s: {initdb.LastOutput}");
        }
    }

    private static string Fingerprint(string postgresFolder)
    {
        // A new build of the server may not read an old cluster: its program's time and size tell them apart. The
        // number is of how we make it.
        var program = new FileInfo(Path.Combine(postgresFolder, "postgres"));
        return $"{program.LastWriteTimeUtc.Ticks:x}-{program.Length:x}-3";
    }
}
