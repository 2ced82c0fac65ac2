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
/// <param name="manifest">Names them; others are not started, and need not be installed.</param>
internal sealed class AccessoryServers(ProcessFiles files, Supervisor supervisor, IExecutor executor, AccessorySecrets secrets,
    DeploymentManifest manifest)
{
    private const string Postgres = PostgresCluster.Name;
    private readonly AccessorySpec? _postgres = Of(manifest, AccessoryKind.Postgres), _redis = Of(manifest, AccessoryKind.Redis);
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(40);

    /// <summary>The generated password; only services of this environment get it, in their environment.</summary>
    public string Password => secrets.PasswordOf(Postgres);

    private Accessories? Kept => files.Read("accessories", ProcessJson.Default.Accessories);

    /// <summary>Where they are, once they were started.</summary>
    /// <exception cref="EngineException">They never were.</exception>
    public Accessories Known => Kept
        ?? throw new EngineException(Failure.Unreachable, "PostgreSQL and Redis of this environment were never started",
            "deployrunner deploy starts them");

    /// <exception cref="ServerNotFoundException">One that is wanted is not installed; says how to install it.</exception>
    public void MustBeInstalled()
    {
        if (_postgres is not null) ServerPrograms.PostgresFolder();
        if (_redis is not null) ServerPrograms.RedisServer();
    }

    /// <summary>What of them there is to start, by the names people know.</summary>
    public IReadOnlyList<string> Names =>
        [.. new[] { _postgres is null ? null : "PostgreSQL", _redis is null ? null : "Redis" }.OfType<string>()];

    /// <summary>Starts what is wanted and does not run; returns when all of it answers.</summary>
    public async Task EnsureAsync(FencingToken token, CancellationToken cancellationToken)
    {
        if (Names.Count == 0) return;
        var known = Kept ?? Chosen();
        files.Write("accessories", known, ProcessJson.Default.Accessories);
        await Task.WhenAll(_postgres is null ? Task.CompletedTask : EnsurePostgresAsync(token, known, cancellationToken),
            _redis is null ? Task.CompletedTask : EnsureRedisAsync(token, known, cancellationToken));
    }

    /// <summary>Removes their data, once they ended.</summary>
    public void Forget()
    {
        if (Kept is { } known && Directory.Exists(known.Folder))
            Directory.Delete(known.Folder, recursive: true);
        files.Remove("accessories");
        secrets.Remove();
    }

    /// <summary>
    /// The data do not stand below the state directory: PostgreSQL's own user may not reach that (a home of root's, for instance). Settings
    /// of a compose file hold the ports of the images, so there the servers have these on a loopback address of the environment's own.
    /// </summary>
    private Accessories Chosen()
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(files.State));
        var folder = Directory.CreateDirectory(Path.Combine("/var/tmp", $"chainbridge-{Convert.ToHexStringLower(hash)[..12]}")).FullName;
        if (manifest.Compose is null) return new(folder, FreePort.Next(), FreePort.Next());
        var own = $"127.{1 + (hash[0] % 254)}.{hash[1]}.{1 + (hash[2] % 254)}";
        return new(folder, _postgres?.UsualPort ?? 0, _redis?.UsualPort ?? 0, own);
    }

    private async Task EnsurePostgresAsync(FencingToken token, Accessories known, CancellationToken cancellationToken)
    {
        var data = Path.Combine(known.Folder, "postgres");
        if (!File.Exists(Path.Combine(data, "PG_VERSION")))
            await new PostgresCluster(executor, secrets, _postgres!).MakeAsync(known.Folder, data, cancellationToken);
        // Fast shutdown is SIGINT; SIGTERM would wait for every connection to go by itself.
        var unit = Unit(Postgres, known.Folder, ServerUser.Command(Path.Combine(ServerPrograms.PostgresFolder(), "postgres"), "-D", data,
            "-p", known.PostgresPort.ToString(CultureInfo.InvariantCulture), "-c", $"listen_addresses={known.Host}", "-k", known.Folder))
            with { StopSignal = StopSignal.Int };
        await supervisor.StartAsync(token, unit,
            (running, _) => Task.FromResult(PostgresCluster.IsReady(data, running.Process!.Id)),
            StartTimeout, Failure.Unreachable, "correct what it says, then try again", cancellationToken);
    }

    private async Task EnsureRedisAsync(FencingToken token, Accessories known, CancellationToken cancellationToken)
    {
        var data = Directory.CreateDirectory(Path.Combine(known.Folder, "redis")).FullName;
        var unit = Unit("redis", data,
            [ServerPrograms.RedisServer(), "--port", $"{known.RedisPort}", "--bind", known.Host, "--dir", data, "--save", "60", "1"]);
        await supervisor.StartAsync(token, unit, (_, stop) => AnswersAsync(known, stop), StartTimeout, Failure.Unreachable,
            "correct what it says, then try again", cancellationToken);
    }

    private UnitSpec Unit(string name, string folder, IEnumerable<string> command) =>
        new(name, [.. command], folder, MachineEnvironment.With(new Dictionary<string, string> { ["LC_ALL"] = "C.UTF-8" }), files.Log(name),
            new Dictionary<string, string>());

    private static AccessorySpec? Of(DeploymentManifest manifest, AccessoryKind kind) =>
        manifest.Accessories.Values.FirstOrDefault(accessory => accessory.Kind == kind);

    private static async Task<bool> AnswersAsync(Accessories known, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(1));
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(known.Host, known.RedisPort, limit.Token);
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
