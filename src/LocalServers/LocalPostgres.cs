using System.Globalization;
using ChainBridge.Machine;

namespace ChainBridge.LocalServers;

/// <summary>A real PostgreSQL for one run: data thrown away at the end, durability off, listening on loopback only.</summary>
public sealed class LocalPostgres : IAsyncDisposable
{
    /// <summary>
    /// An empty database that every server has from its start, for the first caller: making one later would take longer than all else.
    /// </summary>
    public const string SpareDatabase = "spare";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private static readonly string[] Settings =
    [
        "listen_addresses=127.0.0.1", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal",
        "max_wal_senders=0", "autovacuum=off",
        "max_connections=300", "shared_buffers=128MB", "jit=off", "dynamic_shared_memory_type=mmap", "wal_init_zero=off",
        "log_min_messages=warning", "restart_after_crash=off",
    ];

    private readonly OwnedProcess _process;

    private LocalPostgres(OwnedProcess process, int port) => (_process, Port) = (process, port);

    /// <summary>Always loopback.</summary>
    public string Host => "127.0.0.1";

    /// <summary>As the server itself reported it.</summary>
    public int Port { get; }

    /// <summary>A superuser without a password; only this machine's loopback reaches it.</summary>
    public string Username => "postgres";

    /// <summary>How the server ended, with its last output; null while it runs.</summary>
    public string? Failure => _process.Ended ? _process.LastOutput : null;

    /// <summary>Starts the installed server; a port that another process took first is answered with another one.</summary>
    /// <exception cref="ServerNotFoundException">PostgreSQL is not installed.</exception>
    /// <exception cref="ServerStartException">It ended early or was not ready within 30 s.</exception>
    public static Task<LocalPostgres> StartAsync(TimeProvider time, CancellationToken cancellationToken) =>
        StartAsync(ServerPrograms.PostgresFolder(), time, cancellationToken);

    /// <summary>The same with the programs of this folder.</summary>
    /// <exception cref="ServerStartException">It ended early or was not ready within 30 s.</exception>
    public static async Task<LocalPostgres> StartAsync(string programs, TimeProvider time, CancellationToken cancellationToken)
    {
        var cluster = await ClusterCache.ClusterAsync(programs, time, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var folder = ScratchFolder.Name("pg");
            var port = FreePort.Next();
            var process = OwnedProcess.Start(folder, Command(programs, cluster, port), signal: "QUIT", owner: ServerUser.Owner());
            try
            {
                await ReadyAsync(process, folder, time, cancellationToken);
                return new(process, port);
            }
            catch (ServerStartException failure) when (attempt < 5 && failure.Message.Contains("could not bind", StringComparison.Ordinal))
            {
                await process.DisposeAsync();
            }
            catch
            {
                await process.DisposeAsync();
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <summary>
    /// What a server of these programs is made of, and the command that makes and runs it in the folder where it is started.
    /// </summary>
    internal static async Task<(string Settings, int Port, IEnumerable<string> Command)> RecipeAsync(
        string programs, int port, TimeProvider time, CancellationToken cancellationToken)
    {
        var cluster = await ClusterCache.ClusterAsync(programs, time, cancellationToken);
        return ($"postgres {programs} {Path.GetFileName(cluster)} {string.Join(' ', Settings)}", port, Command(programs, cluster, port));
    }

    /// <summary>The copy and the server are one command, so that no moment is without the reaper.</summary>
    private static IEnumerable<string> Command(string programs, string cluster, int port) => ServerUser.Command(
    [
        "/bin/sh", "-c", "cp -R \"$1\" data && shift && exec \"$@\" -D \"$PWD/data\" -c \"unix_socket_directories=$PWD\"", "sh", cluster,
        Path.Combine(programs, "postgres"),
        "-c", $"port={port.ToString(CultureInfo.InvariantCulture)}", .. Settings.SelectMany(setting => new[] { "-c", setting }),
    ]);

    /// <summary>
    /// The last line of postmaster.pid is <c>ready</c>; unlike a connection, no other program on the port can answer in its place.
    /// </summary>
    private static async Task ReadyAsync(OwnedProcess process, string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        var pidFile = Path.Combine(folder, "data", "postmaster.pid");
        var began = time.GetTimestamp();
        while (true)
        {
            if (process.Ended) throw new ServerStartException($"PostgreSQL did not start: {process.LastOutput}{Hint(process.LastOutput)}");
            if (await StatusLineAsync(pidFile, cancellationToken) == "ready") return;
            if (time.GetElapsedTime(began) > StartTimeout)
                throw new ServerStartException($"PostgreSQL was not ready within {StartTimeout.TotalSeconds} s: {process.LastOutput}");
            await Task.Delay(TimeSpan.FromMilliseconds(2), time, cancellationToken);
        }
    }

    private static string Hint(string words) => words.Contains("No space left", StringComparison.Ordinal)
        ? "\nMake room, or name a place that has some with CHAINBRIDGE_SCRATCH"
        : "";

    private static async Task<string?> StatusLineAsync(string pidFile, CancellationToken cancellationToken)
    {
        try
        {
            return (await File.ReadAllLinesAsync(pidFile, cancellationToken)) is { Length: >= 8 } lines ? lines[7].Trim() : null;
        }
        catch (Exception notYet) when (notYet is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
