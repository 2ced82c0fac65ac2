using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Compose;

/// <summary>A host with an engine of its own.</summary>
/// <param name="changes">What it was told to change, in its order.</param>
internal sealed class Elsewhere(IExecutor engine, IHost workshop, List<string>? changes = null) : IHost
{
    /// <summary>Null where none may be touched.</summary>
    public IHostFiles? OwnFiles { get; init; }

    public IHostFiles Files => OwnFiles ?? throw new NotSupportedException();

    public bool OnlyPlans => false;

    public string Name => "ssh://there";

    public IHost Workshop => workshop;

    public string EnginePath => "/private/docker.sock";

    public HostWay? Way { get; init; }

    public Task<Uri> ReachAsync(int port, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken) =>
        engine.RunAsync(command, onLine, cancellationToken);

    public Task<T> ChangeAsync<T>(string what, Func<Task<T>> change, T planned)
    {
        changes?.Add(what);
        return change();
    }

    public Task<T> AfterwardsAsync<T>(Func<Task<T>> ask, T planned) => ask();
}
