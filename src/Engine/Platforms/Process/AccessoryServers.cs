using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Secrets;
using ChainBridge.LocalServers;
using ChainBridge.Machine;
using ChainBridge.Machine.Supervision;

namespace ChainBridge.Engine.Platforms.Process;

/// <summary>PostgreSQL and Redis of an environment: started once, kept across releases, never replaced by one.</summary>
/// <param name="wanted">Those that the manifest names; the others are not started, and need not be installed.</param>
internal sealed class AccessoryServers(ProcessFiles files, Supervisor supervisor, IExecutor executor, AccessorySecrets secrets,
    IReadOnlyCollection<AccessoryKind> wanted)
{
    private const string Postgres = "postgres";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(40);

    /// <summary>The generated password; only services of this environment get it, in their environment.</summary>
    public string Password => secrets.PasswordOf(Postgres);

    /// <summary>Where they are, once they were started.</summary>
    /// <exception cref="EngineException">They never were.</exception>
    public Accessories Known => files.Read<Accessories>("accessories")
        ?? throw new EngineException(Failure.Unreachable, "PostgreSQL and Redis of this environment were never started",
            "deployrunner deploy starts them");

    /// <exception cref="ServerNotFoundException">One that is wanted is not installed; says how to install it.</exception>
    public void MustBeInstalled()
    {
        if (wanted.Contains(AccessoryKind.Postgres)) ServerPrograms.PostgresFolder();
        if (wanted.Contains(AccessoryKind.Redis)) ServerPrograms.RedisServer();
    }

    /// <summary>Starts what is wanted and does not run; returns when all of it answers.</summary>
    public async Task EnsureAsync(FencingToken token, CancellationToken cancellationToken)
    {
        if (wanted.Count == 0) return;
        var known = files.Read<Accessories>("accessories") ?? new Accessories(NewFolder(), FreePort.Next(), FreePort.Next());
        files.Write("accessories", known);
        await Task.WhenAll(wanted.Select(kind => kind == AccessoryKind.Postgres
            ? EnsurePostgresAsync(token, known, cancellationToken)
            : EnsureRedisAsync(token, known, cancellationToken)));
    }

    /// <summary>Removes their data, once they ended.</summary>
    public void Forget()
    {
        if (files.Read<Accessories>("accessories") is { } known && Directory.Exists(known.Folder))
            Directory.Delete(known.Folder, recursive: true);
        files.Remove("accessories");
        secrets.Remove();
    }

    /// <summary>Not below the state directory: PostgreSQL's own user may not reach that (a home of root's, for instance).</summary>
    private string NewFolder()
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(files.State)))[..12];
        return Directory.CreateDirectory(Path.Combine("/var/tmp", $"chainbridge-{name}")).FullName;
    }

    private async Task EnsurePostgresAsync(FencingToken token, Accessories known, CancellationToken cancellationToken)
    {
        var data = Path.Combine(known.Folder, "postgres");
        if (!File.Exists(Path.Combine(data, "PG_VERSION"))) await InitializeAsync(known, data, cancellationToken);
        // Fast shutdown is SIGINT; SIGTERM would wait for every connection to go by itself.
        var unit = Unit(Postgres, known.Folder, ServerUser.Command(Path.Combine(ServerPrograms.PostgresFolder(), "postgres"), "-D", data,
            "-p", known.PostgresPort.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1", "-k", known.Folder))
            with { StopSignal = StopSignal.Int };
        await supervisor.StartAsync(token, unit,
            (running, _) => Task.FromResult(IsReady(Path.Combine(data, "postmaster.pid"), running.Process!.Id)),
            StartTimeout, Failure.Unreachable, "correct what it says, then try again", cancellationToken);
    }

    private async Task EnsureRedisAsync(FencingToken token, Accessories known, CancellationToken cancellationToken)
    {
        var data = Directory.CreateDirectory(Path.Combine(known.Folder, "redis")).FullName;
        var unit = Unit("redis", data,
            [ServerPrograms.RedisServer(), "--port", $"{known.RedisPort}", "--bind", "127.0.0.1", "--dir", data, "--save", "60", "1"]);
        await supervisor.StartAsync(token, unit, (_, stop) => AnswersAsync(known.RedisPort, stop), StartTimeout, Failure.Unreachable,
            "correct what it says, then try again", cancellationToken);
    }

    private UnitSpec Unit(string name, string folder, IEnumerable<string> command) =>
        new(name, [.. command], folder, MachineEnvironment.With(new Dictionary<string, string> { ["LC_ALL"] = "C.UTF-8" }), files.Log(name),
            new Dictionary<string, string>());

    /// <summary>A half-made cluster has no PG_VERSION in its place: it is made beside and renamed.</summary>
    private async Task InitializeAsync(Accessories known, string data, CancellationToken cancellationToken)
    {
        var handed = Path.Combine(known.Folder, "password");
        var half = data + ".half";
        if (Directory.Exists(half)) Directory.Delete(half, recursive: true);
        try
        {
            // Before it exists it is readable by us alone, and then by the server's user alone.
            _ = Password;
            File.Copy(secrets.FileOf(Postgres), handed, overwrite: true);
            await ServerUser.OwnAsync(known.Folder, cancellationToken);
            (await executor.RunAsync(Command.Of(ServerUser.Command(Path.Combine(ServerPrograms.PostgresFolder(), "initdb"), "-D", half,
                "--username=postgres", $"--pwfile={handed}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8")) with
            {
                Folder = "/"
            }, null, cancellationToken))
                .MustSucceed(Failure.Unreachable, "correct what it says, then try again");
        }
        finally
        {
            File.Delete(handed);
        }

        Directory.Move(half, data);
    }

    /// <summary>
    /// The first line of postmaster.pid is the server's id, the eighth says <c>ready</c>: unlike a connection it cannot be answered by a
    /// stranger on the port, nor by a file left behind.
    /// </summary>
    private static bool IsReady(string pidFile, int id)
    {
        try
        {
            return File.ReadAllLines(pidFile) is { Length: >= 8 } lines && lines[0].Trim() == $"{id}" && lines[7].Trim() == "ready";
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<bool> AnswersAsync(int port, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(1));
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port, limit.Token);
            await client.GetStream().WriteAsync("PING\r\n"u8.ToArray(), limit.Token);
            var answer = new byte[5];
            await client.GetStream().ReadExactlyAsync(answer, limit.Token);
            return answer.AsSpan().SequenceEqual("+PONG"u8);
        }
        catch (Exception notYet)
            when (notYet is SocketException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
