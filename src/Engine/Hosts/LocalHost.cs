using ChainBridge.Engine.Commands;

namespace ChainBridge.Engine.Hosts;

/// <summary>This machine.</summary>
/// <param name="commands">Runs its commands.</param>
/// <param name="changing">Gets each change before it is made, in the words a plan has for it; null when no listener wants them.</param>
internal sealed class LocalHost(IExecutor commands, Action<string>? changing = null) : IHost
{
    public IHostFiles Files { get; } = new LocalFiles();

    public bool OnlyPlans => false;

    public string Name => "this machine";

    public IHost Workshop => this;

    public string? EnginePath => null;

    public Task<Uri> ReachAsync(int port, CancellationToken cancellationToken) => Task.FromResult(Loopback.Address(port));

    public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken)
    {
        if (!command.Asks) changing?.Invoke(command.ToString());
        return commands.RunAsync(command, onLine, cancellationToken);
    }

    public Task<T> ChangeAsync<T>(string what, Func<Task<T>> change, T planned)
    {
        changing?.Invoke(what);
        return change();
    }

    public Task<T> AfterwardsAsync<T>(Func<Task<T>> ask, T planned) => ask();
}
