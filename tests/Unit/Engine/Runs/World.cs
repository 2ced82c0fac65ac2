using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Checks;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Registration;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;
using ChainBridge.Engine.Secrets;
using ChainBridge.Engine.State;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Runs;

/// <summary>
/// Everything around a flow, in memory but for the journal, the lock and the records: those are real files, on a host whose paths mean
/// nothing on this machine.
/// </summary>
internal sealed class World : IDisposable
{
    private readonly string _host = $"/on-another-host-{Guid.NewGuid():N}";
    private readonly DirectoryInfo _folder = NewFolder();

    /// <param name="hosts">One, or two: the second runs the same releases on a target of its own.</param>
    public World(int hosts = 1)
    {
        Second = hosts == 1 ? null : new() { Host = "two" };
        var text = """
            project: shop
            services:
              pay: { image: shop/pay, migrate: { up: [up], down: [down, "{step}"], status: [status] } }
              door: { image: shop/door, public: true, dependsOn: [pay] }
              post: { image: shop/post, dependsOn: [pay] }
            workers: [post]
            gates:
              integration: { probes: [ { path: / } ] }
              smoke: { probes: [ { path: /health } ] }
              observe: { for: 50ms, every: 10ms }
            environments:
              staging: { target: process, stateDirectory: state, retain: 3 }
            """;
        var reading = ManifestReader.Parse(text, "chainbridge.yml", $"{_host}/chainbridge.yml", _ => null);
        Manifest = reading.Manifest ?? throw new InvalidOperationException(string.Join('\n', reading.Problems));
        Files = new OtherHostFiles(_folder.FullName);
        Journal = new KillableJournal(this, () => new Journal(Files, OnHost));
        Gates = new FakeGates(this);
    }

    public DeploymentManifest Manifest { get; set; }
    public FakeTarget Target { get; } = new();

    /// <summary>The target of the second host; null where there is one host.</summary>
    public FakeTarget? Second { get; }

    /// <summary>The targets of all hosts.</summary>
    public IReadOnlyList<FakeTarget> Targets => Second is null ? [Target] : [Target, Second];
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero))
    {
        AutoAdvanceAmount = TimeSpan.FromMicroseconds(1)
    };
    public KillableJournal Journal { get; }
    public FakeGates Gates { get; }
    public ModelRegistry? Models { get; set; }
    public FakeHookProcess HookProcess { get; } = new();
    public List<RunnerEvent> Events { get; } = [];

    /// <summary>What is asked before a deployment.</summary>
    public List<Question> Checks { get; } = [];
    public IReporter? Reporter { get; set; }
    public GitState Git { get; set; } = new("1a2b3c4d5e6f", Dirty: false);
    public OtherHostFiles Files { get; }

    /// <summary>Where the state really lies.</summary>
    public string State => Files.Here(OnHost);

    public ReleaseStore Releases => new(Files, OnHost);
    public History History => Context().State.History();
    public TargetLock Lock => new(Files, OnHost, Time, holder => holder.ProcessId == 0);
    public string? Serving => ServingOn(Target);

    /// <summary>What requests to a host are answered by; null for nothing.</summary>
    public static string? ServingOn(FakeTarget target) =>
        target.Active is { } active && target.Running.TryGetValue(active, out var release) && target.Inner.Answers(active)
            ? release.Version : null;

    /// <summary>Gives the environment the strategy.</summary>
    public World Rolling()
    {
        Manifest = Manifest with
        {
            Environments = Manifest.Environments.ToDictionary(environment => environment.Key,
                environment => environment.Value with { Rolling = RollingSpec.Default }),
        };
        return this;
    }

    /// <summary>Called before every journal line and every call of the target.</summary>
    public Action Instant { get; set; } = () => { };

    public Task<FlowResult> DeployAsync(string version, DeployOptions? options = null, CancellationToken? cancellationToken = null) =>
        new Deployments(Context()).DeployAsync((options ?? new DeployOptions()) with { Version = version },
            cancellationToken ?? TestContext.Current.CancellationToken);

    public Task<FlowResult> PromoteAsync() => new Deployments(Context()).PromoteAsync(TestContext.Current.CancellationToken);

    public Task<FlowResult> ResumeAsync(bool undo = false) =>
        new Deployments(Context()).ResumeAsync(undo, TestContext.Current.CancellationToken);

    /// <summary>Changes the gates that the manifest has from now on.</summary>
    public void Change(Func<GatesSpec, GatesSpec> change) => Manifest = Manifest with { Gates = change(Manifest.Gates) };

    public Task<FlowResult> RollbackAsync(string? version = null, bool force = false) =>
        new Deployments(Context()).RollbackAsync(version, force, TestContext.Current.CancellationToken);

    public FlowContext Context()
    {
        foreach (var target in Targets) target.Before = _ => Instant();
        return new FlowContext(Manifest, Manifest.Environments["staging"], Platform(),
            new EnvironmentState(Files, Releases, Journal, Lock), Gates, new FixedGit(this),
            new Runner(new Caller("ann", "here", 0), Reporter ?? new Collector(Events), new Redactor([]), Time))
        {
            Preflight = Checks,
            Models = Models,
            Hooks = new(HookProcess, Time, "/", Path.Combine(_folder.FullName, "hooks")),
        };
    }

    /// <summary>Every runner has its own: one that left a host out has the others again in the next run.</summary>
    private IPlatform Platform()
    {
        if (Second is null) return Target;
        IReadOnlyList<PlatformHost> hosts = [new("one", Target), new("two", Second)];
        return new SeveralHosts(new(hosts, InTurn: true),
            new(hosts, Target.BuildAsync, _ => false, _ => Task.FromResult<IReadOnlyList<string>>([])));
    }

    /// <summary>Gives the manifest these hooks; each runs a program of its own name.</summary>
    public void Hooks(params (string Name, bool Before, HookPoint Point)[] hooks) => Manifest = Manifest with
    {
        Hooks = [.. hooks.Select(hook => new HookSpec(hook.Name, hook.Before, hook.Point, [hook.Name], TimeSpan.FromSeconds(60)))],
    };

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        if (!Directory.Exists(_host)) return;
        Directory.Delete(_host, recursive: true);
        throw new InvalidOperationException($"something wrote into {_host} past the files of its host");
    }

    /// <summary>The state directory as the host has it.</summary>
    private string OnHost => Manifest.Environments["staging"].StateDirectory;

    /// <summary>In memory where there is such a place: thousands of lines are flushed here, and no crash of the machine is tried.</summary>
    private static DirectoryInfo NewFolder() =>
        Directory.Exists("/dev/shm")
            ? Directory.CreateDirectory($"/dev/shm/world-{Guid.NewGuid():N}")
            : Directory.CreateTempSubdirectory("world-");

    private sealed class FixedGit(World world) : IGitInfo
    {
        public Task<GitState> ReadAsync(string folder, CancellationToken cancellationToken) => Task.FromResult(world.Git);

        public Task<IReadOnlyList<string>> BranchesAsync(string folder, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<string>>(["main"]);
    }

    private sealed class Collector(List<RunnerEvent> events) : IReporter
    {
        public void Report(RunnerEvent happened) => events.Add(happened);
    }
}

/// <summary>The real journal, on a runner that can be killed before each line; what it had not written is lost with it.</summary>
internal sealed class KillableJournal(World world, Func<Journal> open) : IJournal
{
    private Journal _journal = open();

    public void Append(JournalEntry entry)
    {
        Live();
        _journal.Append(entry);
    }

    public void AppendWithNext(JournalEntry entry)
    {
        Live();
        _journal.AppendWithNext(entry);
    }

    public void Accept(JournalEntry entry) => _journal.Accept(entry);

    public JournalReading Read() => _journal.Read();

    private void Live()
    {
        try
        {
            world.Instant();
        }
        catch
        {
            _journal = open();
            throw;
        }
    }
}

/// <summary>Gates that ask the fake target which release answers, and a test what it thinks of that.</summary>
internal sealed class FakeGates(World world) : IGateRunner
{
    /// <summary>Gate and answering version → verdict. Pass unless set.</summary>
    public Func<string, string, Verdict> Opinion { get; set; } = (_, _) => Verdict.Pass;

    /// <summary>Whether a release has what a gate asks for. It has unless set.</summary>
    public Func<GateSpec, string, bool> Has { get; set; } = (_, _) => true;

    /// <summary>What a probe of the observation gets, by the answering version. A pass unless set.</summary>
    public Func<ProbeSpec, string, Verdict> Probed { get; set; } = (_, _) => Verdict.Pass;

    /// <summary>The gates that were run: name, answering version, and what was asked.</summary>
    public List<(string Gate, string Version, GateSpec Spec)> Ran { get; } = [];

    /// <summary>The hosts that were asked, gate by gate.</summary>
    public List<(string Gate, string? Host)> Asked { get; } = [];

    /// <summary>What gates looked at, gate by gate.</summary>
    public List<GateSubject> Subjects { get; } = [];

    /// <summary>What a gate gets on a host, where it would pass. A pass unless set.</summary>
    public Func<string, string?, Verdict> OnHost { get; set; } = (_, _) => Verdict.Pass;

    public Task<GateResult> RunAsync(string name, GateSpec gate, GateSubject subject, CancellationToken cancellationToken)
    {
        var version = Answering(subject);
        Ran.Add((name, version, gate));
        Asked.Add((name, subject.Host));
        Subjects.Add(subject);
        var right = (subject.ExpectedVersion is null || subject.ExpectedVersion == version) && Has(gate, version);
        var verdict = right ? Opinion(name, version) : Verdict.Fail;
        if (verdict == Verdict.Pass) verdict = OnHost(name, subject.Host);
        return Task.FromResult(new GateResult(name, verdict, $"{version} answered", [], null, TimeSpan.FromSeconds(1)));
    }

    /// <summary>Each probe takes the time from one to the next, so that nothing has to wait for the world's clock.</summary>
    public Task<Evidence> AskAsync(ProbeSpec probe, GateSubject subject, CancellationToken cancellationToken)
    {
        world.Instant();
        world.Time.Advance(world.Manifest.Gates.Observe.Every);
        cancellationToken.ThrowIfCancellationRequested();
        var version = Answering(subject);
        return Task.FromResult(new Evidence($"{probe.Method} {probe.Path}", $"{version} answered",
            subject.ExpectedVersion != version ? Verdict.Fail
                : OnHost("observation", subject.Host) is var there && there != Verdict.Pass ? there : Probed(probe, version),
            world.Time.GetUtcNow(), "runner"));
    }

    private string Answering(GateSubject subject)
    {
        var target = subject.Host == "two" ? world.Second! : world.Target;
        var slot = subject.BaseUrl?.Host switch { "blue.test" => Slot.Blue, "green.test" => Slot.Green, _ => target.Active };
        return slot is { } place && target.Running.TryGetValue(place, out var release) ? release.Version : "none";
    }
}

/// <summary>Programs of hooks that only write down how they were run.</summary>
internal sealed class FakeHookProcess : IGateProcess
{
    /// <summary>The program that ends with 7; null for none.</summary>
    public string? Fails { get; set; }

    /// <summary>Called with the program before it runs.</summary>
    public Action<string> Before { get; set; } = _ => { };

    public List<GateProcessRequest> Ran { get; } = [];

    public Task<GateProcessResult> RunAsync(GateProcessRequest request, CancellationToken cancellationToken)
    {
        Ran.Add(request);
        Before(request.Command[0]);
        return Task.FromResult(new GateProcessResult(request.Command[0] == Fails ? 7 : 0, "the last words"));
    }
}
