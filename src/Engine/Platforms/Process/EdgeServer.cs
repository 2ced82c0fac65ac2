using System.Globalization;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Secrets;
using ChainBridge.Engine.Traffic;
using ChainBridge.Machine;
using ChainBridge.Machine.Supervision;

namespace ChainBridge.Engine.Platforms.Process;

/// <summary>The edge as a unit: on the ports of the doors, and at the same addresses at every restart.</summary>
/// <param name="today">The doors of the environment.</param>
internal sealed class EdgeServer(
    ProcessFiles files, IReadOnlyList<DoorSpec> today, Supervisor supervisor, AccessorySecrets secrets) : IEdgePlace
{
    private const string DoorLabel = "door.";
    private const string UnitName = "edge";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);

    /// <summary>Where the edge was told to listen; null when it is not to run.</summary>
    public async Task<Doors?> KnownAsync(CancellationToken cancellationToken) =>
        await UnitAsync(cancellationToken) is { Phase: not UnitPhase.Ended } unit ? Of(unit) : null;

    /// <summary>For its admin side.</summary>
    public EdgeClient Client(Doors doors) => new(doors.Admin, secrets.EdgeKey, doors.Ports);

    public async Task<EdgeClient?> AdminAsync(CancellationToken cancellationToken) =>
        await KnownAsync(cancellationToken) is { } doors ? Client(doors) : null;

    /// <summary>Whether its process runs.</summary>
    public async Task<bool> RunsAsync(CancellationToken cancellationToken) =>
        await UnitAsync(cancellationToken) is { Process.Running: true };

    public async Task<IReadOnlyList<OpenPort>> PortsAsync(CancellationToken cancellationToken) =>
        (await KnownAsync(cancellationToken))?.Ports
        ?? (today.All(door => door.Port != 0) ? Chosen(null).Ports : Kept is { } kept ? Chosen(kept).Ports : null)
        ?? throw new EngineException(Failure.Unreachable, "the public door was never opened", "deployrunner deploy opens it");

    public async Task<Doors> EnsureAsync(FencingToken token, CancellationToken cancellationToken)
    {
        // One that runs is left alone, also when another runner started it: it has the traffic. One that does not is started as we know it.
        var known = await UnitAsync(cancellationToken);
        if (known is { Proved: true, Process.Running: true }) return Of(known);
        if (known is { Phase: UnitPhase.Pausing }) await supervisor.StopAsync(token, UnitName, StopGrace, cancellationToken);
        var program = CarriedProgram.Install(files.State, "edge", "ChainBridge.Edge.dll");
        var doors = Chosen(Kept);
        files.Write("doors", doors, ProcessJson.Default.Doors);
        var others = doors.Others ?? new Dictionary<string, int>();
        var spec = new UnitSpec(UnitName, ["dotnet", program, $"{doors.Public}", $"{doors.Admin}", Path.Combine(files.State, "edge.json"),
            .. others.SelectMany(door => new[] { "--door", $"{door.Key}={door.Value}" })],
            files.State, MachineEnvironment.With(new Dictionary<string, string> { [EdgeClient.KeyVariable] = secrets.EdgeKey }),
            files.Log(UnitName),
            new Dictionary<string, string>(others.Select(door => KeyValuePair.Create(DoorLabel + door.Key, $"{door.Value}")))
            {
                ["public"] = $"{doors.Public}", ["admin"] = $"{doors.Admin}",
            })
        { StopGrace = StopGrace };
        return Of(await supervisor.StartAsync(token, spec, AnswersAsync, StartTimeout, Failure.Unreachable,
            "free the port, or choose another one in the manifest", cancellationToken));
    }

    private async Task<bool> AnswersAsync(UnitReport unit, CancellationToken cancellationToken)
    {
        using var client = Client(Of(unit));
        try
        {
            await client.SharesAsync(cancellationToken);
            return true;
        }
        catch (EngineException)
        {
            return false;
        }
    }

    private async Task<UnitReport?> UnitAsync(CancellationToken cancellationToken) =>
        (await supervisor.UnitsAsync(cancellationToken)).FirstOrDefault(unit => unit.Name == UnitName);

    private Doors? Kept => files.Read("doors", ProcessJson.Default.Doors);

    /// <summary>The ports the manifest names; free ones as they were chosen before, or else now.</summary>
    private Doors Chosen(Doors? kept)
    {
        var ports = OpenPorts.Wanted(today).ToDictionary(wanted => wanted.Name, wanted => wanted.Door.Port is > 0 and var port ? port
            : kept?.Ports.FirstOrDefault(one => one.Name == wanted.Name)?.Outside ?? FreePort.Next());
        return new(new($"http://127.0.0.1:{ports[DoorSpec.Default]}"), new($"http://127.0.0.1:{FreePort.Next()}"),
            ports.Where(port => port.Key != DoorSpec.Default).ToDictionary());
    }

    private static Doors Of(UnitReport unit) => new(new(unit.Labels["public"]), new(unit.Labels["admin"]),
        unit.Labels.Where(label => label.Key.StartsWith(DoorLabel, StringComparison.Ordinal)).ToDictionary(
            label => label.Key[DoorLabel.Length..], label => int.Parse(label.Value, CultureInfo.InvariantCulture)));
}
