using System.Text.Json.Nodes;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Secrets;
using ChainBridge.Engine.State;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>The team's compose file as Compose resolves it now: judged before a deployment, and recorded with the release.</summary>
internal sealed class TeamProject(
    DeploymentManifest manifest, EnvironmentSpec environment, ComposeNames names, IHost host, DockerEngine engine,
    ImageTransport transport, Redactor redactor)
{
    private ComposeAnswer? _answer;

    private string File => environment.ComposeFile!;

    /// <summary>Reasons not to deploy it; empty when there are none.</summary>
    public async Task<IReadOnlyList<string>> ObstaclesAsync(CancellationToken cancellationToken)
    {
        _answer = await AskAsync(manifest, File, null, cancellationToken);
        var file = new TeamComposeFile(manifest, File, Environment.GetEnvironmentVariable);
        if (_answer.NotAsked is { } why) return [$"Docker Compose could not be asked about {File}: {why}"];
        var verdict = _answer.Refusal is { } refusal ? file.Refused(refusal) : file.Check(_answer.Resolved!);
        var volumes = _answer.Resolved is { } resolved ? ComposeModel.Of(resolved).Volumes : new Dictionary<string, YamlMap?>();
        return [.. verdict.Problems.Select(problem => problem.ToString()),
            .. host.IsElsewhere() && _answer.Resolved is { } here ? FilesOfThisMachine.In(here, manifest,
                [manifest.Root, Path.GetDirectoryName(File)!], host.Name) : [],
            .. environment.SlotVolumes.Where(name => verdict.Problems.Count == 0 && !volumes.ContainsKey(name))
                .Select(name => $"environments.{environment.Name}.slotVolumes names {name}, which {File} does not have")];
    }

    /// <summary>The whole file as Compose resolves it now.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Refused"/>: Compose refuses it, or cannot be asked.</exception>
    public async Task<string> ResolvedAsync(CancellationToken cancellationToken)
    {
        _answer ??= await AskAsync(manifest, File, null, cancellationToken);
        return _answer.Resolved ?? throw Unresolved(File, _answer);
    }

    /// <summary>What the release keeps.</summary>
    /// <exception cref="EngineException">
    /// <see cref="Failure.Refused"/>: Compose refuses the file, an image cannot be had, or a secret cannot be kept out.
    /// </exception>
    public async Task<string> RecordAsync(CancellationToken cancellationToken) =>
        await RecordAsync(manifest, File, _answer ?? await AskAsync(manifest, File, null, cancellationToken), cancellationToken);

    /// <summary>
    /// The project a release recorded. One of an earlier runner is the team's file as it was written: Compose resolves it now.
    /// </summary>
    /// <param name="folder">Where such a file is written for Compose.</param>
    public async Task<RecordedProject> OfAsync(Release release, string folder, CancellationToken cancellationToken)
    {
        var text = release.ComposeFile ?? throw new EngineException(Failure.PersonNeeded,
            $"the record of {release.Version} holds no compose file", "choose a release made on this target");
        if (RecordedProject.Read(text) is { } recorded) return recorded;
        var (file, then) = (Path.Combine(folder, "recorded.yml"), manifest with { Services = release.Services });
        await host.Workshop.ChangeAsync($"write {file}", () => host.Workshop.Files.Write(file, text, DurableFile.OwnerOnly));
        return RecordedProject.Read(await RecordAsync(then, file, await AskAsync(then, file, manifest.Root, cancellationToken),
            cancellationToken))!;
    }

    /// <summary>
    /// Answers the secrets of a recorded project from the team's files of today: a password that was changed is not changed back.
    /// </summary>
    /// <exception cref="EngineException"><see cref="Failure.Refused"/>: they no longer have one of them.</exception>
    public async Task<Func<string, string, string>> SecretsAsync(
        Release release, RecordedProject project, CancellationToken cancellationToken)
    {
        if (project.Secrets.Count == 0) return (_, _) => "";
        var answer = await AskAsync(manifest, File, null, cancellationToken);
        var services = answer.Resolved is { } resolved ? JsonNode.Parse(resolved)!["services"] : null;
        return (service, key) =>
        {
            var value = services?[service]?["environment"]?[key]?.ToString()
                ?? throw new EngineException(Failure.Refused,
                    $"{release.Version} needs the secret {key} for {service}, and {File} no longer gives "
                        + $"it{(answer.Refusal ?? answer.NotAsked) switch { { } why => $" ({redactor.Hide(why)})", _ => "" }}",
                    "add it to the service's environment or env_file, or choose another release");
            var secret = ProjectRecord.Unescaped(value);
            redactor.Learn(secret);
            return secret;
        };
    }

    private async Task<string> RecordAsync(DeploymentManifest of, string file, ComposeAnswer answer, CancellationToken cancellationToken)
    {
        if (answer.Resolved is not { } resolved)
            throw Unresolved(file, answer);
        var model = ComposeModel.Of(resolved);
        var rules = new ComposeRules(model, of);
        var pinned = new Dictionary<string, string>();
        foreach (var name in model.OneShots(of).Where(name => rules.ImageOwner(model.Services[name]) is null && !of.Jobs.ContainsKey(name)))
            if (ComposeModel.Text(model.Services[name], "image") is { } image)
                pinned[name] = await ImageAsync(name, image, cancellationToken);
        var team = new TeamComposeFile(of, file, Environment.GetEnvironmentVariable);
        return new ProjectRecord(of, environment, redactor, team.Variables).Of(resolved, pinned);
    }

    private async Task<string> ImageAsync(string service, string image, CancellationToken cancellationToken)
    {
        if (!host.OnlyPlans) await transport.BringAsync(image, cancellationToken);
        if (await engine.ImageAsync(image, cancellationToken) is { } known) return known.Id;
        var pulled = await transport.PullAsync(image, $"correct the image of {service}, or load it onto the engine", cancellationToken);
        return pulled?.Id ?? image;
    }

    private static EngineException Unresolved(string file, ComposeAnswer answer) => new(Failure.Refused,
        $"Docker Compose cannot resolve {file}: {answer.Refusal ?? answer.NotAsked}", "deployrunner validate shows where");

    private Task<ComposeAnswer> AskAsync(DeploymentManifest of, string file, string? folder, CancellationToken cancellationToken) =>
        ComposeAnswer.AskAsync(host, of, names.Environment, file, folder, cancellationToken);
}
