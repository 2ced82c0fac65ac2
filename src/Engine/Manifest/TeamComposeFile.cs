namespace ChainBridge.Engine.Manifest;

/// <summary>What is wrong with the compose files a manifest names, and what is only worth knowing.</summary>
/// <param name="Problems">Refused: a slot cannot be that.</param>
/// <param name="Warnings">Left out of a slot, or not part of a release.</param>
/// <param name="Services">How many services a slot has.</param>
public sealed record ComposeVerdict(
    IReadOnlyList<ManifestProblem> Problems, IReadOnlyList<ManifestProblem> Warnings, int Services);

/// <summary>
/// The team's compose file, read as it is written; what Compose itself makes of it is judged by the same rules, and
/// shown at the same places.
/// </summary>
public sealed class TeamComposeFile
{
    private readonly DeploymentManifest _manifest;
    private readonly ComposeText _text;
    private readonly ComposeReader _reader;
    private readonly ComposeModel? _model;

    /// <summary>Reads the file.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="environment">Returns an environment variable, or null when it is not set.</param>
    public TeamComposeFile(DeploymentManifest manifest, string path, Func<string, string?> environment)
    {
        (_manifest, Path) = (manifest, path);
        _text = new(path, Provided(manifest), environment);
        _reader = new(_text);
        _model = _reader.Read(path);
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>Every variable the files name, with its value where it has one.</summary>
    public IReadOnlyDictionary<string, string?> Variables => _text.Variables;

    /// <summary>Variables that the runner sets for the file: the image of each service of the manifest.</summary>
    public static IReadOnlyDictionary<string, string> Provided(DeploymentManifest manifest) =>
        manifest.Compose is not null ? new Dictionary<string, string>() : manifest.Services.Keys
            .GroupBy(ComposeModel.ImageVariable).ToDictionary(names => names.Key, names => ComposeModel.ImageOf(names.First()));

    /// <summary>
    /// The manifest with the services of the file, and what keeps the two from fitting together; of a file that cannot be read, nothing.
    /// </summary>
    /// <param name="resolved">The output of <c>docker compose config --format json</c>; null where Compose gave none.</param>
    public (DeploymentManifest Manifest, IReadOnlyList<ManifestProblem> Problems) Services(string? resolved) =>
        (resolved is null ? _model : ComposeModel.Of(resolved)) is { } model
            ? ComposeServices.Of(_manifest, model)
            : (_manifest, _text.Problems);

    /// <summary>
    /// The same for the process target, where no Compose resolves anything: with the settings of the file, and with what cannot run there.
    /// </summary>
    public (DeploymentManifest Manifest, IReadOnlyList<ManifestProblem> Problems) ServicesAsProcesses()
    {
        var (filled, problems) = Services(resolved: null);
        if (_model is null || problems.Count > 0) return (filled, problems);
        return new ComposeOnProcesses(_model, _text).In(filled);
    }

    /// <summary>What this reading alone finds.</summary>
    public ComposeVerdict Check() => Verdict(_text.Problems, _model is null ? [] : new ComposeRules(_model, _manifest).Check());

    /// <summary>What the answer of Compose shows; places are those of this reading.</summary>
    /// <param name="resolved">The output of <c>docker compose config --format json</c>.</param>
    public ComposeVerdict Check(string resolved) =>
        Verdict(_text.Problems.Where(problem => problem.Line == 0), new ComposeRules(ComposeModel.Of(resolved), _manifest).Check());

    /// <summary>
    /// The file, refused by Compose with this message: at what this reading found, or else at the service that the message names.
    /// </summary>
    public ComposeVerdict Refused(string message)
    {
        var own = Check();
        if (own.Problems.Count > 0) return own;
        var service = _model?.Services.Where(service => message.Contains($"services.{service.Key}.", StringComparison.Ordinal)
            || message.Contains($"\"{service.Key}\"", StringComparison.Ordinal)).Select(service => service.Value).FirstOrDefault();
        const string hint = "docker compose config shows the same";
        return own with { Problems = [service is null
            ? new(ComposeText.Shown(Path), 1, 1, $"Docker Compose refuses this file: {message}", hint)
            : _text.ProblemAt(service, $"Docker Compose refuses this: {message}", hint)] };
    }

    private ComposeVerdict Verdict(IEnumerable<ManifestProblem> read, IReadOnlyList<ComposeFinding> findings)
    {
        var own = _model is null ? [] : new ComposeRules(_model, _manifest).Check();
        var problems = read.Concat(findings.Select(finding =>
            (own.FirstOrDefault(mine => mine.At is not null && mine.Message == finding.Message)?.At
                ?? _model?.Services.GetValueOrDefault(finding.Service) ?? _model?.At) is { } at
                ? _text.ProblemAt(at, finding.Message, finding.Hint)
                : new ManifestProblem(ComposeText.Shown(Path), 1, 1, finding.Message, finding.Hint)));
        return new([.. problems.Distinct().OrderBy(problem => problem.File, StringComparer.Ordinal).ThenBy(problem => problem.Line)
            .ThenBy(problem => problem.Column)],
            [.. _reader.Unread.Concat(NotStarted()).Concat(Mounted()).Concat(LeftOut()).Concat(StaysDown())], _manifest.Services.Count);
    }

    /// <summary>Services that nothing starts; what others extend is there to be extended.</summary>
    private IEnumerable<ManifestProblem> NotStarted()
    {
        if (_model is null) yield break;
        List<string> started = [.. _manifest.Services.Keys, .. _manifest.Accessories.Keys,
            .. _model.OneShots(_manifest)];
        foreach (var (name, service) in _model.Services.Where(service => !started.Contains(service.Key) && !_text.IsExtended(service.Key)
            && ComposeModel.Value(service.Value, "profiles") is null))
            yield return _text.ProblemAt(service, $"{name} is not in the manifest: a slot does not have it",
                "add it to the manifest's services or accessories, or take it out");
    }

    /// <summary>
    /// Services that do not come back when their host boots; accessories do. With <c>on-failure</c> Docker starts one again only while it
    /// runs itself.
    /// </summary>
    private IEnumerable<ManifestProblem> StaysDown()
    {
        if (_model is null) yield break;
        var down = _manifest.Services.Keys
            .Where(name => _model.Services.GetValueOrDefault(name) is { } service
                && ComposeModel.Text(service, "restart") is not ("always" or "unless-stopped")
                && ComposeModel.Value(ComposeModel.Value(service, "deploy") as YamlMap, "restart_policy") is null).ToList();
        if (down.Count > 0)
            yield return _text.ProblemAt(_model.Services[down[0]],
                $"{string.Join(", ", down)} {(down.Count == 1 ? "stays" : "stay")} down after an end, and after a boot of the host",
                "write restart: unless-stopped");
    }

    private IEnumerable<ManifestProblem> LeftOut() => _model is null || _manifest.Compose is null
        ? []
        : ComposeAccessories.LeftOut(_model, _manifest).Select(left => _text.ProblemAt(left.At, left.Message, left.Hint));

    /// <summary>Files of this machine that a rollback brings as they are then.</summary>
    private IEnumerable<ManifestProblem> Mounted()
    {
        if (_model is null) yield break;
        foreach (var name in _manifest.Services.Keys.Concat(_model.OneShots(_manifest)))
            foreach (var mount in (ComposeModel.Value(_model.Services.GetValueOrDefault(name), "volumes") as YamlList)?.Items ?? [])
                if ((mount is YamlMap map
                    ? ComposeModel.Text(map, "type") == "bind" ? ComposeModel.Text(map, "source") : null
                    : (mount as YamlScalar)?.Text.Split(':')[0]) is { } source && source.StartsWith('.'))
                    yield return _text.ProblemAt(mount,
                        $"{name} mounts {source} of this machine, and what is in it is no part of a release",
                        "a rollback has it as it is then; a file that belongs to the release is better under configs:");
    }
}
