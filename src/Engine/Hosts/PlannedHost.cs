using ChainBridge.Engine.Commands;

namespace ChainBridge.Engine.Hosts;

/// <summary>A host that is asked and never changed: commands that change something, and every other change, are written down.</summary>
internal sealed class PlannedHost : IHost
{
    private readonly IHost _host;
    private readonly Action<string> _write;

    /// <param name="write">Gets each change, as <see cref="Command.ToString"/> or in words, in the order it would be made.</param>
    /// <param name="here">Gets those of the workshop, where that is another machine; null for <paramref name="write"/>.</param>
    public PlannedHost(IHost host, Action<string> write, Action<string>? here = null)
    {
        (_host, _write, Files) = (host, write, new PlannedFiles(host.Files));
        Workshop = host.IsElsewhere() ? new PlannedHost(host.Workshop, here ?? write) : this;
    }

    public IHostFiles Files { get; }

    public bool OnlyPlans => true;

    public string Name => _host.Name;

    public IHost Workshop { get; }

    public string? EnginePath => _host.EnginePath;

    public HostWay? Way => _host.Way;

    public Task<Uri> ReachAsync(int port, CancellationToken cancellationToken) => _host.ReachAsync(port, cancellationToken);

    public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken)
    {
        if (command.Asks) return _host.RunAsync(command, onLine, cancellationToken);
        _write(command.ToString());
        return Task.FromResult(new CommandResult(command, 0, "", ""));
    }

    public Task<T> ChangeAsync<T>(string what, Func<Task<T>> change, T planned)
    {
        _write(what);
        return Task.FromResult(planned);
    }

    public Task<T> AfterwardsAsync<T>(Func<Task<T>> ask, T planned) => Task.FromResult(planned);
}
