using ChainBridge.DeployRunner.Flows;
using ChainBridge.DeployRunner.Gates;
using ChainBridge.DeployRunner.Manifest;
using ChainBridge.DeployRunner.Releases;
using ChainBridge.DeployRunner.Reporting;
using ChainBridge.DeployRunner.Targets;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.DeployRunner.Flows;

/// <summary>Everything around a flow, in memory but for the journal, the lock and the records: those are the real files.</summary>
internal sealed class World : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("world-");

    public World()
    {
        var text = """
            project: shop
            services:
              pay: { image: shop/pay, migrate: { up: [up], down: [down, "{step}"], status: [status] } }
              door: { image: shop/door, public: true, dependsOn: [pay] }
            gates:
              integration: { probes: [ { path: / } ] }
              smoke: { probes: [ { path: /health } ] }
            environments:
              staging: { target: process, stateDirectory: state, retain: 3 }
            """;
        var reading = ManifestReader.Parse(text, "chainbridge.yml", Path.Combine(_folder.FullName, "chainbridge.yml"), _ => null);
        Manifest = reading.Manifest ?? throw new InvalidOperationException(string.Join('\n', reading.Problems));
        Journal = new KillableJournal(this, new Journal(State));
        Gates = new FakeGates(this);
    }

    public DeploymentManifest Manifest { get; set; }
    public FakeTarget Target { get; } = new();
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(10) };
    public KillableJournal Journal { get; }
    public FakeGates Gates { get; }
    public List<RunnerEvent> Events { get; } = [];
    public IReporter? Reporter { get; set; }
    public GitState Git { get; set; } = new("1a2b3c4d5e6f", Dirty: false);
    public string State => Path.Combine(_folder.FullName, "state");
    public ReleaseStore Releases => new(State);
    public History History => new(new Journal(State).Read().Entries);
    public TargetLock Lock => new(State, Time, holder => holder.ProcessId == 0);
    public string? Serving => Target.Active is { } active && Target.Running.TryGetValue(active, out var release) ? release.Version : null;

    /// <summary>Called before every journal line and every call of the target.</summary>
    public Action Instant { get; set; } = () => { };

    public Task<FlowResult> DeployAsync(string version, DeployOptions? options = null, CancellationToken? cancellationToken = null) =>
        new Deploy(Context()).RunAsync((options ?? new DeployOptions()) with { Version = version }, cancellationToken ?? TestContext.Current.CancellationToken);

    public Task<FlowResult> RollbackAsync(string? version = null, bool force = false) => new Rollback(Context()).RunAsync(version, force, TestContext.Current.CancellationToken);

    public FlowContext Context()
    {
        Target.Before = _ => Instant();
        return new FlowContext(Manifest, Manifest.Environments["staging"], Target, Releases, Journal, Lock, Gates, new FixedGit(this),
            new GuardedReporter(Reporter ?? new Collector(Events), TextWriter.Null), new Redactor([]), Time, new Caller("ann", "here", 0));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private sealed class FixedGit(World world) : IGitInfo
    {
        public Task<GitState> ReadAsync(string folder, CancellationToken cancellationToken) => Task.FromResult(world.Git);
    }

    private sealed class Collector(List<RunnerEvent> events) : IReporter
    {
        public void Report(RunnerEvent happened) => events.Add(happened);
    }
}

/// <summary>The real journal, on a runner that can be killed before each line.</summary>
internal sealed class KillableJournal(World world, Journal journal) : IJournal
{
    public void Append(JournalEntry entry)
    {
        world.Instant();
        journal.Append(entry);
    }

    public JournalReading Read() => journal.Read();
}

/// <summary>Gates that ask the fake target which release answers, and a test what it thinks of that.</summary>
internal sealed class FakeGates(World world) : IGateRunner
{
    /// <summary>Gate and answering version → verdict. Pass unless told.</summary>
    public Func<string, string, Verdict> Opinion { get; set; } = (_, _) => Verdict.Pass;

    public Task<GateResult> RunAsync(string name, GateSpec gate, GateSubject subject, CancellationToken cancellationToken)
    {
        var slot = subject.BaseUrl?.Host switch { "blue.test" => Slot.Blue, "green.test" => Slot.Green, _ => world.Target.Active };
        var version = slot is { } place && world.Target.Running.TryGetValue(place, out var release) ? release.Version : "nobody";
        var right = subject.ExpectedVersion is null || subject.ExpectedVersion == version;
        var verdict = right ? Opinion(name, version) : Verdict.Fail;
        return Task.FromResult(new GateResult(name, verdict, $"{version} answered", [], null, TimeSpan.FromSeconds(1)));
    }
}
