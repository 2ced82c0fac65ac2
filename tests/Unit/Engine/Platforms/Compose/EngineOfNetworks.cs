using System.Text.Json;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Platforms.Compose;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Compose;

/// <summary>
/// An engine that knows containers and networks, and looks names up as Docker does: in one network of the caller after the other, in the
/// order of their names, until one has it.
/// </summary>
internal sealed class EngineOfNetworks : IExecutor
{
    private readonly Dictionary<string, string[]> _networks = [];
    private readonly List<(string Network, string Container, string[] Aliases)> _joins = [];

    /// <summary>Container → whether it runs.</summary>
    public Dictionary<string, bool> Containers { get; } = [];

    public IEnumerable<string> Networks => _networks.Keys.Order(StringComparer.Ordinal);

    public List<string> Ran { get; } = [];

    /// <summary>How many networks it has addresses for.</summary>
    public int Room { get; set; } = int.MaxValue;

    /// <summary>Joins of containers that ran: the container, and the names that stood in the network.</summary>
    public List<(string Container, IReadOnlyList<string> Names)> LateJoins { get; } = [];

    /// <summary>A container in the network of its slot, as Compose makes it.</summary>
    public void Made(string project, string service, bool runs)
    {
        Containers[$"{project}-{service}-1"] = runs;
        _joins.Add((project, $"{project}-{service}-1", [service]));
    }

    /// <summary>Which containers a name leads a caller to.</summary>
    public IReadOnlyList<string> Look(string caller, string name) => [.. _joins.Where(join => join.Container == caller)
        .Select(join => join.Network).Order(StringComparer.Ordinal)
        .Select(network => _joins.Where(join => join.Network == network && join.Aliases.Contains(name) && Containers[join.Container])
            .Select(join => join.Container).ToList())
        .FirstOrDefault(found => found.Count > 0) ?? []];

    public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken)
    {
        if (!command.Asks) Ran.Add($"{command}");
        var output = "";
        switch (command.Arguments.ToArray())
        {
            case ["network", "ls", ..]:
                output = string.Join('\n', _networks
                    .Where(network => network.Value[^1].StartsWith(ComposeNames.NamesLabel, StringComparison.Ordinal))
                    .Select(network => $"{network.Key} {network.Value[^1].Split('=')[1]}"));
                break;
            case ["network", "create", ..] when _networks.Count >= Room:
                return Task.FromResult(new CommandResult(command, 1, "", "could not find an available, non-overlapping IPv4 address pool"));
            case ["network", "create", "--label", var first, "--label", var second, var name]: _networks.Add(name, [first, second]); break;
            case ["network", "rm", var name]:
                if (_joins.Any(join => join.Network == name)) throw new InvalidOperationException($"{name} has members");
                _networks.Remove(name);
                break;
            case ["network", "connect", .. var aliases, var network, var container]:
                if (_joins.Any(join => join.Network == network && join.Container == container))
                    throw new InvalidOperationException($"{container} is in {network} already");
                if (Containers[container])
                    LateJoins.Add((container, [.. _joins.Where(join => join.Network == network && Containers[join.Container])
                        .SelectMany(join => join.Aliases)]));
                _joins.Add((network, container, [.. aliases.Where(word => word != "--alias")]));
                break;
            case ["network", "disconnect", "--force", var network, var container]:
                _joins.RemoveAll(join => join.Network == network && join.Container == container);
                break;
            case ["ps", .., var filter]:
                output = string.Join('\n', Containers.Keys.Where(name => name.StartsWith(filter.Split('=')[^1], StringComparison.Ordinal)));
                break;
            case ["inspect", "--type", "container", .. var names]: output = $"[{string.Join(',', names.Select(Described))}]"; break;
        }

        return Task.FromResult(new CommandResult(command, 0, output, ""));
    }

    /// <summary>The container is removed: nothing of it is in a network any more.</summary>
    public void Removed(string container)
    {
        Containers.Remove(container);
        _joins.RemoveAll(join => join.Container == container);
    }

    private string Described(string name) => JsonSerializer.Serialize(new
    {
        Id = name, Name = $"/{name}", Image = "sha256:x", RestartCount = 0, Config = new { Labels = new Dictionary<string, string>() },
        State = new { Running = Containers[name], Restarting = false, ExitCode = 0, StartedAt = "2026-01-01T00:00:00Z" },
        NetworkSettings = new
        {
            Ports = new { }, Networks = _joins.Where(join => join.Container == name).ToDictionary(join => join.Network, _ => new { }),
        },
    });
}
