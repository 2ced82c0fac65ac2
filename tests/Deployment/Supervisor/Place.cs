using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms.Process;
using ChainBridge.Machine;
using ChainBridge.Machine.Supervision;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Supervisor;

/// <summary>A state directory with a supervisor of its own; whatever a test left running in it is gone afterwards.</summary>
internal sealed class Place : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public Place() => Supervisor = new(State, TimeProvider.System);

    public string State { get; } = Directory.CreateTempSubdirectory("cb-sv-").FullName;

    public ChainBridge.Engine.Platforms.Process.Supervisor Supervisor { get; }

    public SupervisorFolder Folder => new(Path.Combine(State, "supervisor"));

    public static FencingToken First { get; } = new(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A unit that runs this shell script.</summary>
    public UnitSpec Script(string name, string script) => new(name, ["sh", "-c", script], State, Machine(), Log(name),
        new Dictionary<string, string>()) { StopGrace = TimeSpan.FromSeconds(20) };

    /// <summary>A unit that is a real service with an address.</summary>
    public UnitSpec Service(string name) =>
        new(name, ["dotnet", Path.Combine(AppContext.BaseDirectory, "ChainBridge.Samples.Gateway.dll")], State,
            Machine(("ChainIQ__Url", "http://127.0.0.1:9"), ("ChainPay__Url", "http://127.0.0.1:9")), Log(name),
            new Dictionary<string, string>()) { AddressVariable = "ASPNETCORE_URLS" };

    public string Log(string name) => Path.Combine(State, $"{name}.log");

    /// <summary>Starts it and takes it for ready once it runs.</summary>
    public Task<UnitReport> RunAsync(UnitSpec spec) => StartAsync(spec, (_, _) => Task.FromResult(true));

    /// <summary>Starts it and takes it for ready once it answers.</summary>
    public Task<UnitReport> ServeAsync(UnitSpec spec) =>
        StartAsync(spec, async (unit, _) => unit.Address is { } address && await AnswersAsync(address));

    public Task<UnitReport> StartAsync(UnitSpec spec, Func<UnitReport, CancellationToken, Task<bool>> ready, FencingToken? token = null) =>
        Supervisor.StartAsync(token ?? First, spec, ready, Patience, Failure.CandidateFailed, "correct it", Stop);

    public async Task<UnitReport?> UnitAsync(string name) => (await Supervisor.UnitsAsync(Stop)).FirstOrDefault(unit => unit.Name == name);

    /// <summary>Waits until the unit is as described.</summary>
    public async Task<UnitReport> UntilAsync(string name, Func<UnitReport, bool> described, string what)
    {
        UnitReport? unit = null;
        await UntilAsync(async () => (unit = await UnitAsync(name)) is not null && described(unit),
            () => $"{name} to be {what}; it is {unit}");
        return unit!;
    }

    /// <summary>The process whose id a script wrote into this file as its first line.</summary>
    public async Task<ProcessIdentity> WrittenAsync(string file)
    {
        // A shell makes the file first and writes into it afterwards: only a whole line is an id.
        var path = Path.Combine(State, file);
        await UntilAsync(async () => File.Exists(path) && (await File.ReadAllTextAsync(path, Stop))
            .Contains('\n', StringComparison.Ordinal), () => $"a process to be written down in {file}");
        return ProcessIdentity.Of(int.Parse(File.ReadLines(path).First()));
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string> what)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(Patience, "waited for {0}", what());
            await Task.Delay(20, Stop);
        }
    }

    public static async Task<bool> AnswersAsync(Uri address)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var answer = await client.GetAsync(new Uri(address, "/version"), Stop);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception no) when (no is HttpRequestException or TaskCanceledException && !Stop.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>A supervisor whose starter ignores the interrupt, as the background of a script does.</summary>
    public async Task<System.Diagnostics.Process> StartDeafSupervisorAsync()
    {
        Folder.Create();
        string[] command = ["-c", "trap '' INT QUIT; exec dotnet \"$@\" >/dev/null 2>&1", "sh",
            Path.Combine(AppContext.BaseDirectory, "supervisor", "ChainBridge.Supervisor.dll"), Folder.Path];
        var process = System.Diagnostics.Process.Start("sh", command);
        await UntilAsync(() => Task.FromResult(File.Exists(Folder.Socket)), () => "the supervisor to listen");
        return process;
    }

    /// <summary>Ends the supervisor, by default as nothing can refuse, and waits until it is gone.</summary>
    public async Task<ProcessIdentity> KillSupervisorAsync(int signal = 9)
    {
        using var client = new SupervisorClient(Folder.Socket);
        var process = (await client.AskAsync(Stop))!.Process;
        process.Signal(signal);
        await UntilAsync(() => Task.FromResult(!process.Running), () => "the supervisor to be gone");
        return process;
    }

    public async ValueTask DisposeAsync()
    {
        await Supervisor.EndAsync(new FencingToken(long.MaxValue), CancellationToken.None);
        Supervisor.Dispose();
        Directory.Delete(State, recursive: true);
    }

    private static Dictionary<string, string> Machine(params (string Name, string Value)[] variables) =>
        MachineEnvironment.With(variables.ToDictionary(variable => variable.Name, variable => variable.Value));
}
