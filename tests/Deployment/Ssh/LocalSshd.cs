using System.Diagnostics;
using System.Net.Sockets;
using ChainBridge.Engine.Hosts.Ssh;
using ChainBridge.Engine.Model;
using ChainBridge.Tests.Deployment.Harness;
using Xunit;

namespace ChainBridge.Tests.Deployment.Ssh;

/// <summary>
/// A real SSH server of this machine on a port of its own, with a key that it takes and a list of known hosts that has it. A small shell
/// holds it, so that it ends with the test process, however that ends.
/// </summary>
public sealed class LocalSshd : IAsyncLifetime
{
    private const string Program = "/usr/sbin/sshd";

    /// <summary>No session of the server may hold an output of the shell open, or its end is waited for until the last is cut.</summary>
    private const string Watchdog = """
        "$@" </dev/null >/dev/null 2>&1 & server=$!
        while read -r _; do :; done
        kill $server
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("chainbridge-sshd-").FullName;
    private Process? _watchdog;

    public int Port { get; } = UnusedPort.Next();

    /// <summary>Its user has another home than on this machine.</summary>
    public bool HasOwnHome { get; init; }

    /// <summary>That home; null where it is this machine's.</summary>
    public string? Home => HasOwnHome ? At("home") : null;

    public HostAddress Address => new(Environment.UserName, "127.0.0.1", Port);

    /// <summary>The configuration of ssh that leads here.</summary>
    public string Config => At("config");

    public string Key => At("key");

    /// <summary>A configuration of ssh that leads here without a key.</summary>
    public string ConfigWithoutKey => At("config-without-key");

    public string KnownHosts => At("known_hosts");

    /// <summary>A configuration of ssh that leads to each of these servers.</summary>
    public static string ConfigFor(params IReadOnlyList<LocalSshd> servers) => $"""
        Host *
          IdentitiesOnly yes
          UserKnownHostsFile {string.Join(' ', servers.Select(server => server.KnownHosts))}
          GlobalKnownHostsFile /dev/null
        {string.Join('\n', servers.Select(server => $"  IdentityFile {server.Key}"))}

        """;

    /// <summary>The fingerprint of its key, as ssh prints it.</summary>
    public string Fingerprint { get; private set; } = "";

    public static bool IsThere => File.Exists(Program);

    public async ValueTask InitializeAsync()
    {
        if (!IsThere) return;
        foreach (var key in new[] { "key", "host_key", "other_key" })
            await Shell.RunAsync(_folder, default, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", At(key));
        File.Copy(At("key.pub"), At("authorized_keys"));
        Fingerprint = (await Shell.RunAsync(_folder, default, "ssh-keygen", "-lf", At("host_key.pub"))).Split(' ')[1];
        await File.WriteAllTextAsync(At("sshd_config"), $"""
            Port {Port}
            ListenAddress 127.0.0.1
            HostKey {At("host_key")}
            AuthorizedKeysFile {At("authorized_keys")}
            PidFile {At("pid")}
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            LogLevel ERROR
            {(Home is null ? "" : $"SetEnv HOME={Home}")}

            """);
        if (Home is not null) Directory.CreateDirectory(Home);
        var withoutKey = $"""
            Host *
              IdentitiesOnly yes
              UserKnownHostsFile {KnownHosts}
              GlobalKnownHostsFile /dev/null

            """;
        await File.WriteAllTextAsync(Config, $"{withoutKey}  IdentityFile {Key}\n");
        await File.WriteAllTextAsync(ConfigWithoutKey, withoutKey);
        await KnowAsync("host_key");
        await StartAsync();
    }

    /// <summary>Has the list of known hosts say that the host has this key; null for no key.</summary>
    /// <param name="key"><c>host_key</c>, which it has, or <c>other_key</c>.</param>
    public async Task KnowAsync(string? key) => await File.WriteAllTextAsync(KnownHosts, key is null
        ? ""
        : $"[127.0.0.1]:{Port} {await File.ReadAllTextAsync(At($"{key}.pub"))}");

    /// <summary>The key that the server does not take.</summary>
    public string OtherKey => File.ReadAllText(At("other_key"));

    /// <summary>Starts the server, or finds it started.</summary>
    public async Task StartAsync()
    {
        if (_watchdog is not null) return;
        // Where the server runs as root it wants this folder, which is made by the package's own start.
        if (Environment.UserName == "root") Directory.CreateDirectory("/run/sshd");
        var start = new ProcessStartInfo("/bin/sh", ["-c", Watchdog, "sh", Program, "-D", "-e", "-f", At("sshd_config")])
        {
            RedirectStandardInput = true,
        };
        _watchdog = Process.Start(start)!;
        await Until.TrueAsync("the SSH server listens", TimeSpan.FromSeconds(30), async () =>
        {
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync("127.0.0.1", Port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }, default);
    }

    /// <summary>Ends the server; connections that stand go on.</summary>
    public async Task StopAsync()
    {
        if (_watchdog is null) return;
        _watchdog.StandardInput.Close();
        await _watchdog.WaitForExitAsync();
        _watchdog.Dispose();
        _watchdog = null;
        await Until.TrueAsync("the SSH server is gone", TimeSpan.FromSeconds(30), () => Task.FromResult(!File.Exists(At("pid"))), default);
    }

    /// <summary>
    /// Cuts every connection that stands, as a network does that is gone. The server itself holds one only while it hands it on.
    /// </summary>
    /// <returns>How many processes held one.</returns>
    public async Task<int> CutAsync(CancellationToken cancellationToken) => (await Shell.TryAsync("/", cancellationToken, "sh", "-c", $"""
        server=$(cat {At("pid")} 2>/dev/null)
        for one in $(ss -Htnp state established sport = :{Port} | grep -o 'pid=[0-9]*' | cut -d= -f2 | sort -u); do
          [ "$one" = "$server" ] || if kill -9 $one; then echo cut; fi
        done
        """)).StandardOutput.Split("cut").Length - 1;

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await CutAsync(default);
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Where a connection leads to it.</summary>
    /// <param name="key">A private key as text, in the place of the configuration's.</param>
    internal SshTarget Target(string? key = null) => new(Address, key is null ? Config : ConfigWithoutKey, key);

    /// <summary>Skips the test where there is no SSH server, or fails it where there must be one.</summary>
    public static void Require()
    {
        if (IsThere) return;
        const string reason = "there is no /usr/sbin/sshd; eng/ssh-server.sh installs it on Debian";
        if (Environment.GetEnvironmentVariable("CHAINBRIDGE_REQUIRE_DOCKER") == "1") Assert.Fail(reason);
        Assert.Skip(reason);
    }

    private string At(string name) => Path.Combine(_folder, name);
}
