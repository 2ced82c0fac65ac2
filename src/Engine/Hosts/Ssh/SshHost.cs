using System.Globalization;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Model;
using ChainBridge.Machine;

namespace ChainBridge.Engine.Hosts.Ssh;

/// <summary>
/// Another machine, over SSH. Commands run here and are led to the engine there through a forwarded socket; files go through a shell of
/// the host. A connection that is cut is made again by the next who needs it; what was under way on it has failed.
/// </summary>
internal sealed class SshHost : IHost, IDisposable
{
    private const string DockerSocket = "/var/run/docker.sock", SocketName = "docker.sock";
    private static readonly TimeSpan ScriptDeadline = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private const int PortTries = 5;
    private readonly SshTarget _target;
    private readonly IExecutor _executor;
    private readonly TimeProvider _time;
    private readonly Action<string>? _changing;
    private readonly ShellFiles _files;
    private readonly Lock _connecting = new();
    private readonly Dictionary<int, int> _ports = [];
    private SshConnection? _connection;
    private RemoteShell? _shell;
    private EngineSocket? _engine;
    private int _connections;
    private bool _gaveUp;
    private bool _disposed;

    private SshHost(SshTarget target, IExecutor executor, TimeProvider time, Action<string>? changing, LocalHost workshop)
    {
        (_target, _executor, _time, _changing, Workshop) = (target, executor, time, changing, workshop);
        _files = new(Name, () => Connected().Shell);
        Way = new(Name, () => Volatile.Read(ref _connections), stop => Task.Run(() => Connected().Shell.Run(":"), stop));
    }

    public IHostFiles Files => _files;

    public bool OnlyPlans => false;

    public string Name => _target.Address.ToString();

    public IHost Workshop { get; }

    public HostWay Way { get; }

    public string EnginePath => Connected().Connection.PathOf(SocketName);

    /// <summary>What the host said of itself.</summary>
    public HostFacts Facts { get; private set; } = null!;

    /// <summary>Its clock.</summary>
    public TimeProvider Clock => new HostClock(_time, Facts.Ahead);

    /// <summary>Connects to the host.</summary>
    /// <param name="changing">Gets each change before it is made, in the words a plan has for it; null when no listener wants them.</param>
    /// <param name="executor">Runs programs here.</param>
    /// <param name="workshop">The machine where releases are built; null for this one, with the same executor and listener.</param>
    /// <exception cref="EngineException"><see cref="Failure.Unreachable"/>, with the reason and what to do.</exception>
    public static async Task<SshHost> OpenAsync(SshTarget target, IExecutor executor, TimeProvider time, Action<string>? changing,
        CancellationToken cancellationToken, LocalHost? workshop = null)
    {
        var host = new SshHost(target, executor, time, changing, workshop ?? new(executor, changing));
        try
        {
            await Task.Run(() => host.Connect(cancellationToken), cancellationToken);
            var asked = time.GetUtcNow();
            var answer = host._shell!.Run(ShellScripts.Introduction(DockerSocket));
            host.Facts = HostFacts.Read(host.Name, answer.Text, asked, time.GetUtcNow());
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public async Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken)
    {
        if (!command.Asks) Change(command.ToString());
        Facts.RequireDocker(Name);
        Connected();
        var result = await _engine!.RunAsync(command, onLine, cancellationToken);
        var refused = result.Succeeded ? null : Connected().Connection.ForwardRefused;
        return refused is null ? result : result with
        {
            Errors = $"{result.Errors}\n{Name} refuses to lead on to its Docker engine ({refused}): its sshd_config must allow "
                + "AllowStreamLocalForwarding and AllowTcpForwarding",
        };
    }

    public Task<T> ChangeAsync<T>(string what, Func<Task<T>> change, T planned)
    {
        Change(what);
        return change();
    }

    public Task<T> AfterwardsAsync<T>(Func<Task<T>> ask, T planned) => ask();

    public async Task<Uri> ReachAsync(int port, CancellationToken cancellationToken)
    {
        Connected();
        lock (_ports)
            if (_ports.TryGetValue(port, out var known)) return Loopback.Address(known);
        CommandResult? failed = null;
        for (var tried = 0; tried < PortTries; tried++)
        {
            var here = FreePort.Next();
            var led = await Connected().Connection.ForwardAsync($"127.0.0.1:{here}", $"127.0.0.1:{port}", cancellationToken);
            if (led.Succeeded)
            {
                lock (_ports) return Loopback.Address(_ports.TryAdd(port, here) ? here : _ports[port]);
            }

            failed = led;
        }

        throw new EngineException(Failure.Unreachable, $"no way to port {port} of {Name}: {failed!.Evidence}",
            "its sshd_config must allow AllowTcpForwarding");
    }

    public void Dispose()
    {
        lock (_connecting)
        {
            _disposed = true;
            Close();
        }
    }

    private void Close()
    {
        _shell?.Dispose();
        _connection?.Dispose();
        (_shell, _connection) = (null, null);
    }

    /// <summary>What changes the host must not go on when another runner may have come in meanwhile.</summary>
    private void Change(string what)
    {
        if (_files.LostALock)
            throw new EngineException(Failure.Unreachable, $"the connection to {Name} was cut while it was being changed; '{what}' was not "
                + "begun", "look at the host and the network; deployrunner resume then puts in order what was begun");
        _changing?.Invoke(what);
    }

    /// <summary>The connection and its shell, made again when it was cut.</summary>
    private (SshConnection Connection, RemoteShell Shell) Connected()
    {
        lock (_connecting)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_connection is not { Alive: true } || _shell is not { Alive: true }) ConnectAgain();
            return (_connection!, _shell!);
        }
    }

    private void ConnectAgain()
    {
        var began = _time.GetTimestamp();
        using var never = new ManualResetEventSlim();
        while (true)
        {
            try
            {
                Connect(CancellationToken.None);
                _gaveUp = false;
                return;
            }
            catch (EngineException) when (!_gaveUp && _time.GetElapsedTime(began) < _target.Patience)
            {
                never.Wait(Pause);
            }
            catch (EngineException)
            {
                // It was waited for once; who asks from now on is told at once.
                _gaveUp = true;
                throw;
            }
        }
    }

    private void Connect(CancellationToken cancellationToken)
    {
        Close();
        _connection = SshConnection.Open(_target, _executor, _time, cancellationToken);
        Interlocked.Increment(ref _connections);
        _shell = RemoteShell.Start(_connection.Shell, Name, ScriptDeadline, _time);
        var socket = _connection.PathOf(SocketName);
        Must(() => _connection.ForwardAsync(socket, DockerSocket, cancellationToken));
        _engine = new EngineSocket(new LedTo(socket, _executor), socket, _time);
        lock (_ports)
            foreach (var (port, here) in _ports)
                Must(() => _connection.ForwardAsync($"127.0.0.1:{here}", $"127.0.0.1:{port}", cancellationToken));
    }

    /// <summary>
    /// Files are asked in step, so a connection that was cut is made again in step; on a thread of the pool, because the caller's
    /// synchronization context may have no other thread than this one.
    /// </summary>
    private void Must(Func<Task<CommandResult>> forward) => Task.Run(forward).GetAwaiter().GetResult()
        .MustSucceed(Failure.Unreachable, $"try it by hand, and look at the sshd of {Name}");

    /// <summary>Runs programs of this machine that ask the engine at a socket.</summary>
    private sealed class LedTo(string socket, IExecutor executor) : IExecutor
    {
        public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken) =>
            executor.RunAsync(command with
            {
                Variables = new Dictionary<string, string?>(command.Variables)
                {
                    ["DOCKER_HOST"] = $"unix://{socket}", ["DOCKER_CONTEXT"] = null, ["DOCKER_TLS_VERIFY"] = null,
                    ["DOCKER_CERT_PATH"] = null,
                },
            }, onLine, cancellationToken);
    }
}

/// <summary>What a host says of itself.</summary>
/// <param name="Home">The user's home there.</param>
/// <param name="Ahead">How far its clock is ahead of the one here.</param>
/// <param name="Docker">Whether its engine's socket is <c>open</c> to the user, <c>denied</c>, or there is <c>none</c>.</param>
internal sealed record HostFacts(string Home, TimeSpan Ahead, string Docker, string User)
{
    private const string Needs = "needs:";

    /// <exception cref="EngineException"><see cref="Failure.Unreachable"/>: what the runner needs is not there.</exception>
    public static HostFacts Read(string host, string answer, DateTimeOffset asked, DateTimeOffset answered)
    {
        // A login profile may have printed something before.
        var lines = answer.TrimEnd('\n').Split('\n');
        if (lines.Length < 5 || !lines[^1].StartsWith(Needs, StringComparison.Ordinal)
            || !long.TryParse(lines[^4], CultureInfo.InvariantCulture, out var clock))
            throw new EngineException(Failure.Unreachable, $"{host} does not answer as a shell does: {answer.Trim()}",
                "the account needs a POSIX shell at /bin/sh, and coreutils");
        if (lines[^1][Needs.Length..].Trim() is { Length: > 0 } missing)
            throw new EngineException(Failure.Unreachable, $"{host} lacks what its files are written with: {missing}",
                "install coreutils and util-linux there");
        var ahead = DateTimeOffset.FromUnixTimeMilliseconds(clock) - (asked + ((answered - asked) / 2));
        return new(lines[^5], ahead, lines[^3], lines[^2]);
    }

    /// <exception cref="EngineException"><see cref="Failure.Unreachable"/>: the user cannot use an engine there.</exception>
    public void RequireDocker(string host)
    {
        if (Docker == "denied")
            throw new EngineException(Failure.Unreachable, $"{User} may not use the Docker engine of {host}",
                $"on the host: sudo usermod -aG docker {User}; it holds from the next connection on");
        if (Docker == "none")
            throw new EngineException(Failure.Unreachable, $"{host} has no Docker engine at /var/run/docker.sock",
                "install and start Docker Engine there (sudo systemctl enable --now docker)");
    }
}
