using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Secrets;
using ChainBridge.Engine.Traffic;
using ChainBridge.Machine;
using ChainBridge.Machine.Supervision;

namespace ChainBridge.Engine.Platforms.Process;

/// <summary>The edge as a unit: on the port the environment names, and the same two addresses at every restart.</summary>
internal sealed class EdgeServer(
    ProcessFiles files, EnvironmentSpec environment, Supervisor supervisor, AccessorySecrets secrets) : IEdgePlace
{
    private const string UnitName = "edge";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);

    /// <summary>Where the edge was told to listen; null when it is not to run.</summary>
    public async Task<Doors?> KnownAsync(CancellationToken cancellationToken) =>
        await UnitAsync(cancellationToken) is { Phase: not UnitPhase.Ended } unit ? Of(unit) : null;

    /// <summary>For its admin side.</summary>
    public EdgeClient Client(Doors doors) => new(doors.Admin, secrets.EdgeKey);

    public async Task<EdgeClient?> AdminAsync(CancellationToken cancellationToken) =>
        await KnownAsync(cancellationToken) is { } doors ? Client(doors) : null;

    /// <summary>Whether its process runs.</summary>
    public async Task<bool> RunsAsync(CancellationToken cancellationToken) =>
        await UnitAsync(cancellationToken) is { Process.Running: true };

    /// <summary>The public door, also while the edge does not run.</summary>
    /// <exception cref="EngineException">Its port was never chosen.</exception>
    public async Task<Uri> PublicAsync(CancellationToken cancellationToken) => (await KnownAsync(cancellationToken))?.Public
        ?? (environment.Port != 0 ? new Uri($"http://127.0.0.1:{environment.Port}") : files.Read<Doors>("doors")?.Public)
        ?? throw new EngineException(Failure.Unreachable, "the public door was never opened", "deployrunner deploy opens it");

    public async Task<Doors> EnsureAsync(FencingToken token, CancellationToken cancellationToken)
    {
        // One that runs is left alone, whoever started it: it has the traffic. One that does not is started as we know it.
        var known = await UnitAsync(cancellationToken);
        if (known is { Proved: true, Process.Running: true }) return Of(known);
        if (known is { Phase: UnitPhase.Pausing }) await supervisor.StopAsync(token, UnitName, StopGrace, cancellationToken);
        var program = CarriedProgram.Install(files.State, "edge", "ChainBridge.Edge.dll");
        var port = environment.Port != 0 ? environment.Port : files.Read<Doors>("doors")?.Public.Port ?? FreePort.Next();
        var doors = new Doors(new($"http://127.0.0.1:{port}"), new($"http://127.0.0.1:{FreePort.Next()}"));
        files.Write("doors", doors);
        var spec = new UnitSpec(UnitName, ["dotnet", program, $"{doors.Public}", $"{doors.Admin}", Path.Combine(files.State, "edge.json")],
            files.State, MachineEnvironment.With(new Dictionary<string, string> { [EdgeClient.KeyVariable] = secrets.EdgeKey }),
            files.Log(UnitName),
            new Dictionary<string, string> { ["public"] = $"{doors.Public}", ["admin"] = $"{doors.Admin}" }) { StopGrace = StopGrace };
        return Of(await supervisor.StartAsync(token, spec, AnswersAsync, StartTimeout, Failure.Unreachable,
            "free the port, or choose another one in the manifest", cancellationToken));
    }

    private async Task<bool> AnswersAsync(UnitReport unit, CancellationToken cancellationToken)
    {
        using var client = Client(Of(unit));
        try
        {
            await client.ActiveAsync(cancellationToken);
            return true;
        }
        catch (EngineException)
        {
            return false;
        }
    }

    private async Task<UnitReport?> UnitAsync(CancellationToken cancellationToken) =>
        (await supervisor.UnitsAsync(cancellationToken)).FirstOrDefault(unit => unit.Name == UnitName);

    private static Doors Of(UnitReport unit) => new(new(unit.Labels["public"]), new(unit.Labels["admin"]));
}
