using System.CommandLine;
using System.CommandLine.Parsing;
using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Checks;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Notifications;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;
using ChainBridge.Engine.Secrets;
using ChainBridge.Engine.State;
using Spectre.Console;

namespace ChainBridge.DeployRunner.Cli;

/// <summary>One parsed command line with what a verb needs to act on it.</summary>
internal sealed class Invocation : IAsyncDisposable, ICheckupSource
{
    private readonly Surroundings _surroundings;
    private readonly Redactor _redactor;
    private readonly EventQueues _events;
    private readonly CancellationToken _interrupted;
    private LiveReporter? _live;
    private IPlatform? _platform;
    private HostHandle? _host;
    private IReadOnlyDictionary<string, string> _fetched = new Dictionary<string, string>();

    /// <param name="interrupted">Given when a person asks for the end.</param>
    public Invocation(ParseResult parsed, Surroundings surroundings, CancellationToken interrupted)
    {
        (Parsed, _surroundings, _interrupted) = (parsed, surroundings, interrupted);
        _redactor = Redactor.FromEnvironment(surroundings.Environment, SecretFile.Peek);
        _events = new(Sinks(), surroundings.Time,
            what => surroundings.Errors.WriteLine($"warning: {Shown.OnOneLine(_redactor.Hide(what))}"));
    }

    public ParseResult Parsed { get; }

    /// <summary>Hosts that do not answer, for a verb that only asks.</summary>
    public IReadOnlyList<EngineException> Away => _host?.Away ?? [];

    public IReporter Reporter => _events;

    public TimeProvider Time => _surroundings.Time;

    /// <summary>An environment variable, or null when it is not set.</summary>
    public string? Variable(string name) => _fetched.GetValueOrDefault(name) ?? _surroundings.Variable(name);

    /// <summary>A secret that the manifest names, or null when it is missing.</summary>
    public string? Secret(SecretName name)
    {
        var secret = name.Read(Variable, SecretFile.Read);
        if (secret is not null) _redactor.Learn(secret);
        return secret;
    }

    /// <summary>Gets the secrets that commands print, where they are not given already; from then on they are as other variables.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Refused"/>: one cannot be had.</exception>
    public async Task AskForSecretsAsync(CancellationToken cancellationToken)
    {
        var manifest = Get<string>(GlobalOptions.ManifestName)!;
        var named = ManifestReader.Secrets(manifest, Variable);
        var given = named.Select(spec => (spec.Variable, Value: Secret(spec.Variable))).Where(secret => secret.Value is not null)
            .ToDictionary(secret => secret.Variable, secret => secret.Value!, StringComparer.Ordinal);
        var asked = await new SecretCommands(_redactor, _surroundings.Time).AskAsync(
            [.. named.Where(spec => !given.ContainsKey(spec.Variable))], Path.GetDirectoryName(Path.GetFullPath(manifest))!,
            cancellationToken);
        _fetched = given.Concat(asked).ToDictionary(secret => secret.Key, secret => secret.Value, StringComparer.Ordinal);
        foreach (var (name, value) in _fetched) _surroundings.HandOn(name, value);
    }

    public T? Get<T>(string name) => Parsed.GetValue<T>(name);

    /// <summary>Reads the manifest.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Usage"/> with every problem.</exception>
    public DeploymentManifest ReadManifest()
    {
        var reading = Read();
        return reading.Manifest ?? throw Refused("the manifest", reading.Problems);
    }

    public ManifestReading Read() => ManifestReader.Read(Get<string>(GlobalOptions.ManifestName)!, Variable);

    /// <summary>The compose files that the environments name, as they are written.</summary>
    public IReadOnlyList<TeamComposeFile> ReadComposeFiles(DeploymentManifest manifest) =>
        [.. manifest.Environments.Values.Select(environment => environment.ComposeFile).OfType<string>().Distinct()
            .Select(file => ReadComposeFile(manifest, file))];

    /// <summary>A compose file, as it is written.</summary>
    public TeamComposeFile ReadComposeFile(DeploymentManifest manifest, string file) => new(manifest, file, Variable);

    /// <summary>What Compose itself makes of a team's file.</summary>
    public Task<ComposeAnswer> AskComposeAsync(DeploymentManifest manifest, TeamComposeFile file, CancellationToken cancellationToken) =>
        _surroundings.AskCompose(manifest, file.Path, cancellationToken);

    /// <exception cref="EngineException"><see cref="Failure.Usage"/> with every problem, when there is one.</exception>
    public static void Refuse(IReadOnlyList<ManifestProblem> problems)
    {
        if (problems.Count > 0) throw Refused("the compose file", problems);
    }

    private static EngineException Refused(string what, IReadOnlyList<ManifestProblem> problems) => new(Failure.Usage,
        $"{what} has {(problems.Count == 1 ? "a problem" : $"{problems.Count} problems")}:\n{string.Join('\n', problems)}",
        "correct it; deployrunner validate checks again");

    /// <summary>The environment named, or the only one.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Usage"/>.</exception>
    public EnvironmentSpec Choose(DeploymentManifest manifest)
    {
        var known = manifest.Environments;
        if (Get<string>(GlobalOptions.EnvironmentName) is { } name)
            return known.TryGetValue(name, out var named)
                ? named
                : throw new EngineException(Failure.Usage, $"there is no environment '{name}'",
                    Spelling.Nearest(name, known.Keys) is { } near
                        ? $"did you mean '{near}'?"
                        : $"environments are: {string.Join(", ", known.Keys)}");
        if (manifest.DefaultEnvironment is { } unnamed) return known[unnamed];
        return known.Count == 1 ? known.Values.Single() : throw new EngineException(Failure.Usage,
            known.Count == 0 ? "the manifest has no environment" : "the manifest has several environments",
            $"name one with --environment ({string.Join(", ", known.Keys)}), or in the manifest with defaultEnvironment: NAME");
    }

    /// <summary>
    /// The same for a verb that makes a release of the compose files as they are now. What only brings back or shows a
    /// release does not depend on them.
    /// </summary>
    /// <exception cref="EngineException"><see cref="Failure.Usage"/> with every problem of the files.</exception>
    public Task<FlowContext> OpenSourceAsync(CancellationToken cancellationToken) => OpenAsync(null, fromSource: true, cancellationToken);

    /// <summary>Everything a plan is made with: its platform only asks, and writes its changes into the log.</summary>
    /// <param name="fromSource">Whether a release of the compose files as they are now is planned.</param>
    public Task<FlowContext> OpenPlannedAsync(PlanLog log, bool fromSource, CancellationToken cancellationToken) =>
        OpenAsync(log, fromSource, cancellationToken);

    /// <summary>Everything a flow works with. The target is made, not yet asked.</summary>
    public Task<FlowContext> OpenAsync(CancellationToken cancellationToken) => OpenAsync(null, fromSource: false, cancellationToken);

    public Task<(HostHandle Host, EnvironmentSpec Environment)> OpenAsync(
        EnvironmentSpec environment, CancellationToken cancellationToken) =>
        OpenHostAsync(environment, new PlanLog(), withoutSilent: true, cancellationToken);

    public Task<EnvironmentSpec> SettleAsync(HostHandle host, EnvironmentSpec environment, CancellationToken cancellationToken) =>
        PlatformChoice.ResolveAsync(host.Files, environment, stop => _surroundings.EngineAnswers(Note, stop), cancellationToken);

    public async Task<(DeploymentManifest Manifest, IPlatform Platform)> PlatformAsync(
        DeploymentManifest manifest, EnvironmentSpec environment, HostHandle host, CancellationToken cancellationToken)
    {
        RefuseFiles(manifest);
        var (filled, _) = await WithPlatformAsync(manifest, environment, host, fromSource: true, cancellationToken);
        return (filled, _platform!);
    }

    /// <param name="log">Gets the changes that would be made; null where they are made.</param>
    private async Task<FlowContext> OpenAsync(PlanLog? log, bool fromSource, CancellationToken cancellationToken)
    {
        var manifest = ReadManifest();
        if (fromSource) RefuseFiles(manifest);
        var chosen = Choose(manifest);
        var verb = (Verb)Parsed.CommandResult.Command;
        if (log is null && verb.Notifies) Notify(manifest, chosen);
        var (host, environment) = await OpenHostAsync(chosen, log, verb.GoesWithoutHosts, cancellationToken);
        foreach (var away in host.Away) Reporter.Report(new Warning($"not asked: {away.Message}"));
        environment = await SettleAsync(host, environment, cancellationToken);
        (manifest, environment) = await WithPlatformAsync(manifest, environment, host, fromSource, cancellationToken);
        var (time, folder) = (_surroundings.Time, environment.StateDirectory);
        var state = new EnvironmentState(host.Files, new ReleaseStore(host.Files, folder), new Journal(host.Files, folder),
            new TargetLock(host.Files, folder, host.Clock, holder => holder.IsDeadHere()));
        var (process, results) = (new GateProcess(_redactor.Hide, _surroundings.AdoptsOrphans), Path.Combine(environment.WorkDirectory,
            "results"));
        var gates = new GateRunner(new ProbeGate(time), new CommandGate(process, time, manifest.Root), time, results);
        var caller = new Caller(Environment.UserName, Environment.MachineName, Environment.ProcessId);
        var git = ThisMachine.Git(time);
        return new FlowContext(manifest, environment, _platform!, state, gates, git, new Runner(caller, Reporter, _redactor, time))
        {
            Preflight = new DeployChecks(manifest, environment, host, git, Secret, time).All(),
            Hooks = new(process, time, manifest.Root, results),
            Models = manifest.Models is { } models
                ? new(models, manifest.Root, Secret, time)
                : null,
        };
    }

    private async Task<(HostHandle Host, EnvironmentSpec Environment)> OpenHostAsync(
        EnvironmentSpec environment, PlanLog? log, bool withoutSilent, CancellationToken cancellationToken)
    {
        var hosts = new EnvironmentHost(_surroundings.Time, SshKey());
        var host = _host = log is null
            ? await hosts.OpenAsync(environment, what => Reporter.Report(new Changing(what)), withoutSilent, cancellationToken)
            : await hosts.PlannedAsync(environment, log, withoutSilent, cancellationToken);
        return (host, EnvironmentHost.On(host, environment));
    }

    /// <summary>The manifest with its services and the environment with its doors' ports; their platform is kept.</summary>
    private async Task<(DeploymentManifest Manifest, EnvironmentSpec Environment)> WithPlatformAsync(DeploymentManifest manifest,
        EnvironmentSpec environment, HostHandle host, bool fromSource, CancellationToken cancellationToken)
    {
        manifest = await WithServicesAsync(manifest, environment, fromSource, cancellationToken);
        environment = EnvironmentHost.On(host, manifest.Environments[environment.Name] with { Target = environment.Target });
        _platform = _surroundings.CreatePlatform(manifest, environment, host, _redactor, _surroundings.Time, Note);
        return (manifest, environment);
    }

    /// <exception cref="EngineException"><see cref="Failure.Usage"/> with every problem of the compose files.</exception>
    private void RefuseFiles(DeploymentManifest manifest)
    {
        if (manifest.Compose is null) Refuse([.. ReadComposeFiles(manifest).SelectMany(file => file.Check().Problems)]);
    }

    /// <summary>
    /// A manifest that leaves its services to a compose file, with the services of the environment's compose file: as Compose resolves
    /// it, or as it is written where Compose is not asked.
    /// </summary>
    /// <exception cref="EngineException"><see cref="Failure.Usage"/> with every problem, when a release is made of them.</exception>
    private async Task<DeploymentManifest> WithServicesAsync(
        DeploymentManifest manifest, EnvironmentSpec environment, bool fromSource, CancellationToken cancellationToken)
    {
        if (manifest.Compose is null || environment.ComposeFile is not { } path) return manifest;
        var file = ReadComposeFile(manifest, path);
        var answer = environment.Target == TargetKind.Compose ? await AskComposeAsync(manifest, file, cancellationToken) : null;
        var (filled, problems) = environment.Target == TargetKind.Process ? file.ServicesAsProcesses() : file.Services(answer?.Resolved);
        if (!fromSource) return filled;
        if (answer?.Refusal is { } refusal) Refuse(file.Refused(refusal).Problems);
        Refuse(problems);
        Refuse(ReadComposeFile(filled, path).Check().Problems);
        return filled;
    }

    /// <summary>What the journal records, also where it was changed; what does not fit is reported.</summary>
    public (JournalReading Journal, History History) ReadJournal(FlowContext context)
    {
        var journal = context.State.Journal.Read();
        foreach (var problem in journal.Ignored.Concat(journal.Breaches)) Reporter.Report(new Warning(problem));
        return (journal, context.State.HistoryOf(journal.Entries));
    }

    public async ValueTask DisposeAsync()
    {
        await _events.EndAsync(_interrupted);
        _live?.Dispose();
        try
        {
            if (_platform is not null) await _platform.DisposeAsync();
            _host?.Dispose();
        }
        catch (Exception failure)
        {
            // The verdict is out already; what fails while letting go of the target must not replace it.
            _surroundings.Errors.WriteLine($"warning: letting go of the target failed: {Shown.OnOneLine(_redactor.Hide(failure.Message))}");
        }
    }

    private IReadOnlyList<IEventSink> Sinks()
    {
        var (output, errors) = (_surroundings.Output, _surroundings.Errors);
        if (Parsed.GetResult(GlobalOptions.OutputName) is OptionResult { Tokens: [{ Value: "json" }] })
            return [new JsonReporter(output, _redactor, _surroundings.Time), new PlainReporter(errors, errors, _redactor)];
        if (!_surroundings.Terminal) return [new PlainReporter(output, errors, _redactor)];
        return [_live = new LiveReporter(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) }), _redactor,
            _surroundings.Time)];
    }

    /// <summary>Hands what happens from now on to the places that the manifest names.</summary>
    private void Notify(DeploymentManifest manifest, EnvironmentSpec environment)
    {
        var sinks = new Notifiers(Variable, SecretFile.Read, _redactor, _surroundings.Time).For(manifest, environment,
            Parsed.CommandResult.Command.Name, $"{Environment.UserName}@{Environment.MachineName}",
            warning => Reporter.Report(new Warning(warning)));
        foreach (var sink in sinks) _events.Add(sink);
    }

    private void Note(string line) => Reporter.Report(new Note(line));

    /// <summary>The private key that the environment gives for hosts; null where it gives none.</summary>
    private string? SshKey()
    {
        if (Variable("STAGING_SSH_KEY") is { Length: > 0 } key) return key;
        if (Variable("STAGING_SSH_KEY_FILE") is not { Length: > 0 } file) return null;
        var read = SecretFile.Read(file) ?? throw new EngineException(Failure.Usage,
            $"STAGING_SSH_KEY_FILE names {file}, which cannot be read",
            "name a file with the private key, or give the key itself in STAGING_SSH_KEY");
        _redactor.Learn(read);
        return read;
    }

    private string? Secret(string name) => Secret(new SecretName(name, ""));
}
