using ChainBridge.Engine.Traffic;
using ChainBridge.Tests.Unit.Edge;

namespace ChainBridge.Tests.Unit.Engine.Traffic;

/// <summary>A place where an edge of a test runs.</summary>
internal sealed class LabPlace(EdgeLab lab) : IEdgePlace
{
    /// <summary>The edge that runs there now; null when none was ever set up.</summary>
    public EdgeLab? Lab { get; set; } = lab;

    /// <summary>How often the edge was looked for.</summary>
    public int Looks { get; private set; }

    public Task<EdgeClient?> AdminAsync(CancellationToken cancellationToken)
    {
        Looks++;
        return Task.FromResult<EdgeClient?>(Lab is null ? null : new(Lab.Admin.BaseAddress!, "the-key", Ports));
    }

    public Task<IReadOnlyList<OpenPort>> PortsAsync(CancellationToken cancellationToken) => Task.FromResult(Ports);

    private IReadOnlyList<OpenPort> Ports => [.. Lab!.Door.Opened.Select(port => new OpenPort(port.Key, port.Value, port.Value))];
}
