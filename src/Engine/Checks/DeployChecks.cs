using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Platforms.Compose;

namespace ChainBridge.Engine.Checks;

/// <summary>
/// What is asked before each deployment. A manifest without <c>preflight</c> has the host's disks and its clock asked, which starts no
/// program.
/// </summary>
/// <param name="secret">A secret by its name; null where it is not given.</param>
public sealed class DeployChecks(DeploymentManifest manifest, EnvironmentSpec environment, HostHandle host, IGitInfo git,
    Func<string, string?> secret, TimeProvider time)
{
    private static readonly TimeSpan GitHubDeadline = (2 * GitHubRepository.Patience) + TimeSpan.FromSeconds(10);

    /// <summary>A slow engine is waited for before a deployment, as ever.</summary>
    private static readonly TimeSpan EngineDeadline = DockerCommands.Patience + TimeSpan.FromSeconds(10);

    private readonly PreflightSpec _wanted = environment.Preflight;

    /// <summary>The checks, as the manifest wants them.</summary>
    public IReadOnlyList<Question> All() => _wanted.Configured ? [.. OfHosts(), .. OfPrograms(), .. OfSource()] : [.. OfHosts()];

    private IEnumerable<Question> OfHosts() => host.All.SelectMany(OfHost);

    private IEnumerable<Question> OfHost(HostHandle one)
    {
        yield return new(Named("disk", one), () => Checkup.StateDisk(one, manifest.Environments[environment.Name]));
        if (environment.Target == TargetKind.Compose)
            yield return new(Named("disk of the engine", one), () => Checkup.EngineDisk(one.Host, Engine(one), environment))
            {
                Deadline = EngineDeadline,
            };
        if (Place(one) is { } place)
            yield return new(Named("clock", one), () => new ClockCheck(one.Clock, time, _wanted.Clock, place));
        if (_wanted.Memory is { } memory) yield return new(Named("memory", one), () => new MemoryCheck(one.Files, memory));
    }

    private IEnumerable<Question> OfPrograms() => environment.Target != TargetKind.Compose ? [] :
    [
        .. host.All.Select(one => new Question(Named("engine", one), () => new EngineCheck(Engine(one), Place(one)))
        {
            Deadline = EngineDeadline,
        }),
        new("compose", () => new ToolCheck(host.Host.Workshop, DockerCommands.ComposeVersion(), "compose", ToolCheck.OldestCompose))
            { Deadline = EngineDeadline },
    ];

    private IEnumerable<Question> OfSource()
    {
        var github = _wanted.GitHub;
        if (github?.Token is { } token) yield return new("secrets", () => new SecretsCheck([token], secret));
        if (github is not null || _wanted.Branches.Count > 0) yield return new("tree", () => new TreeCheck(git, manifest.Root));
        if (_wanted.Branches.Count > 0) yield return new("branch", () => new BranchCheck(git, manifest.Root, _wanted.Branches));
        if (github is null) yield break;
        var repository = new GitHubRepository(github, () => github.Token is { } name ? secret(name) : null, time);
        string[] needs = github.Token is null ? [] : ["secrets"];
        yield return new("commit", () => new CommitCheck(repository, git, manifest.Root, github.Checks))
        {
            Needs = needs, Deadline = GitHubDeadline,
        };
        if (github.BlockingLabel is { } label)
            yield return new("issues", () => new IssuesCheck(repository, label)) { Needs = needs, Deadline = GitHubDeadline };
    }

    /// <summary>Of several hosts each has its own.</summary>
    private string Named(string check, HostHandle one) => host.Others.Count == 0 ? check : $"{check} of {one.Address!.Place}";

    private static string? Place(HostHandle one) => one.Host.IsElsewhere() ? one.Host.Name : null;

    private static DockerEngine Engine(HostHandle one) => new(one.Host, place: Place(one));
}
