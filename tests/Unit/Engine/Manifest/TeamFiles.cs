using ChainBridge.Engine.Manifest;

namespace ChainBridge.Tests.Unit.Engine.Manifest;

/// <summary>A manifest and the files beside it, in a folder of their own.</summary>
internal sealed class TeamFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("compose-");

    /// <param name="services">The manifest's; the first is public.</param>
    public TeamFiles(params string[] services) => Write("chainbridge.yml", $$"""
        project: shop
        services:
        {{string.Join('\n', services.Select((name, index) => $"  {name}: {{ image: shop/{name}{(index == 0 ? ", public: true" : "")} }}"))}}
        accessories:
          cache: { kind: redis }
        gates: { smoke: { probes: [ { path: /health } ] } }
        environments: { staging: { target: compose, composeFile: compose.yml } }
        """);

    public Dictionary<string, string> Variables { get; } = [];

    public string Root => _folder.FullName;

    public DeploymentManifest Manifest =>
        ManifestReader.Read(Path.Combine(Root, "chainbridge.yml"), Variables.GetValueOrDefault) is { Manifest: { } manifest }
            ? manifest
            : throw new InvalidOperationException("the manifest has problems");

    public TeamFiles Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Root, file))!);
        File.WriteAllText(Path.Combine(Root, file), text);
        return this;
    }

    public TeamComposeFile Read() => new(Manifest, Path.Combine(Root, "compose.yml"), Variables.GetValueOrDefault);

    /// <summary>Problems as they are shown, files without their folder.</summary>
    public IReadOnlyList<string> Problems(string? resolved = null) =>
        Shown(resolved is null ? Read().Check().Problems : Read().Check(resolved).Problems);

    public IReadOnlyList<string> Warnings() => Shown(Read().Check().Warnings);

    public IReadOnlyList<string> Shown(IEnumerable<ManifestProblem> problems) =>
        [.. problems.Select(problem => problem with { File = Path.GetRelativePath(Root, Path.GetFullPath(problem.File)) })
            .Select(problem => $"{problem.File}:{problem.Line}:{problem.Column}: {problem.Message}")];

    public void Dispose() => _folder.Delete(recursive: true);
}
