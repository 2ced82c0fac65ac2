using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ChainBridge.LocalServers;

namespace ChainBridge.DeployRunner.Targets.Process;

/// <summary>PostgreSQL and Redis of an environment: started once, kept across releases, never replaced by one.</summary>
internal sealed class AccessoryServers(ProcessFiles files, TimeProvider time)
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(40);

    private string PasswordFile => Path.Combine(files.State, "secrets", "postgres");

    /// <summary>The generated password; only services of this environment get it, in their environment.</summary>
    public string Password => File.ReadAllText(PasswordFile).Trim();

    /// <summary>Starts what does not run and answers where they are.</summary>
    public async Task<Accessories> EnsureAsync(CancellationToken cancellationToken)
    {
        var known = files.Read<Accessories>("accessories") ?? new Accessories(NewFolder(), FreePort.Next(), FreePort.Next(), null);
        files.Write("accessories", known);
        await EnsurePostgresAsync(known, cancellationToken);
        if (known.Redis?.Running != true)
        {
            var folder = Directory.CreateDirectory(Path.Combine(known.Folder, "redis")).FullName;
            known = known with { Redis = DetachedProcess.Launch([ServerPrograms.RedisServer(), "--port", $"{known.RedisPort}", "--bind", "127.0.0.1", "--dir", folder, "--save", "60", "1"], folder, files.Log("redis"), new Dictionary<string, string>()) };
            files.Write("accessories", known);
        }

        return known;
    }

    /// <summary>Stops both; removes their data when asked.</summary>
    public async Task DownAsync(bool removeData, CancellationToken cancellationToken)
    {
        if (files.Read<Accessories>("accessories") is not { } known) return;
        if (known.Redis is { } redis) await redis.StopAsync(TimeSpan.FromSeconds(10), time, cancellationToken);
        if (File.Exists(Path.Combine(known.Folder, "postgres", "postmaster.pid"))) await ControlAsync(known, ["stop", "-m", "fast", "-w"], mayFail: true, cancellationToken);
        if (!removeData) return;
        if (Directory.Exists(known.Folder)) Directory.Delete(known.Folder, recursive: true);
        files.Remove("accessories");
        Directory.Delete(Path.GetDirectoryName(PasswordFile)!, recursive: true);
    }

    /// <summary>Not below the state directory: PostgreSQL's own user may not reach that (a home of root's, for instance).</summary>
    private string NewFolder()
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(files.State)))[..12];
        return Directory.CreateDirectory(Path.Combine("/var/tmp", $"chainbridge-{name}")).FullName;
    }

    private async Task EnsurePostgresAsync(Accessories known, CancellationToken cancellationToken)
    {
        var data = Path.Combine(known.Folder, "postgres");
        if (!File.Exists(Path.Combine(data, "PG_VERSION")))
        {
            WritePassword();
            var handed = Path.Combine(known.Folder, "password");
            File.Copy(PasswordFile, handed, overwrite: true);
            await ServerUser.OwnAsync(known.Folder, cancellationToken);
            await RunAsync(ServerUser.Command(Path.Combine(ServerPrograms.PostgresFolder(), "initdb"), "-D", data, "--username=postgres", $"--pwfile={handed}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"), mayFail: false, cancellationToken);
            File.Delete(handed);
        }

        var running = await ControlAsync(known, ["status"], mayFail: true, cancellationToken);
        if (running == 0) return;
        await ControlAsync(known, ["start", "-w", "-t", "30", "-l", Path.Combine(known.Folder, "postgres.log"), "-o", $"-p {known.PostgresPort.ToString(CultureInfo.InvariantCulture)} -c listen_addresses=127.0.0.1 -k {known.Folder}"], mayFail: false, cancellationToken);
    }

    private void WritePassword()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PasswordFile)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var stream = new FileStream(PasswordFile, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        stream.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24))));
    }

    private Task<int> ControlAsync(Accessories known, string[] action, bool mayFail, CancellationToken cancellationToken) =>
        RunAsync(ServerUser.Command([Path.Combine(ServerPrograms.PostgresFolder(), "pg_ctl"), action[0], "-D", Path.Combine(known.Folder, "postgres"), .. action[1..]]), mayFail, cancellationToken);

    /// <summary>Its output goes nowhere: a server started by pg_ctl would hold our pipe open for as long as it runs.</summary>
    private static async Task<int> RunAsync(IEnumerable<string> command, bool mayFail, CancellationToken cancellationToken) =>
        (await Shell.RunAsync(["sh", "-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", .. command], "/", StartTimeout, ExitCode.TargetUnreachable, cancellationToken, mayFail)).ExitCode;
}
