using ChainBridge.Engine.Commands;

namespace ChainBridge.Engine.Hosts;

/// <summary>A host that is asked and never changed: commands that change something, and every other change, are written down.</summary>
/// <param name="write">Gets each change, as <see cref="Command.ToString"/> or in words, in the order it would be made.</param>
internal sealed class PlannedHost(IHost host, Action<string> write) : IHost
{
    public IHostFiles Files { get; } = new PlannedFiles(host.Files);

    public bool OnlyPlans => true;

    public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken)
    {
        if (command.Asks) return host.RunAsync(command, onLine, cancellationToken);
        write(command.ToString());
        return Task.FromResult(new CommandResult(command, 0, "", ""));
    }

    public Task<T> ChangeAsync<T>(string what, Func<Task<T>> change, T planned)
    {
        write(what);
        return Task.FromResult(planned);
    }

    public Task<T> AfterwardsAsync<T>(Func<Task<T>> ask, T planned) => Task.FromResult(planned);
}
