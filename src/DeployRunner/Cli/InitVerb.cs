using System.CommandLine;
using ChainBridge.Engine.Drafts;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Steps;

namespace ChainBridge.DeployRunner.Cli;

/// <summary>Writes a first manifest for a repository that has a compose file.</summary>
internal sealed class InitVerb : Verb
{
    private readonly Option<string?> _compose = new("--compose") { Description = "The compose file; default: the one Compose would take." };
    private readonly Option<bool> _force = new("--force") { Description = "Overwrite what an earlier init wrote." };

    public InitVerb() : base("init", "Writes a first chainbridge.yml from the compose file, and prints what it guessed and left out.")
    {
        Options.Add(_compose);
        Options.Add(_force);
    }

    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var manifest = Path.GetFullPath(invocation.Get<string>(GlobalOptions.ManifestName)!);
        var folder = Path.GetDirectoryName(manifest)!;
        var named = invocation.Parsed.GetValue(_compose);
        if (named is not null && !File.Exists(named))
            throw new EngineException(Failure.Usage, $"there is no file {named}",
                "name the compose file: deployrunner init --compose FILE");
        var draft = Draft.Of(named is null ? Draft.Find(folder) : Path.GetFullPath(named), folder, Schema.Address(), invocation.Variable);
        var second = draft.Compose is null ? null : Path.Combine(folder, Draft.ComposeName);
        foreach (var file in new[] { manifest, second }.OfType<string>().Where(File.Exists))
            if (!invocation.Parsed.GetValue(_force))
                throw new EngineException(Failure.Usage, $"{Path.GetRelativePath(".", file)} is there already, and nothing was written",
                    "--force overwrites it, or --manifest names another file");
        await File.WriteAllTextAsync(manifest, draft.Manifest, cancellationToken);
        if (second is not null) await File.WriteAllTextAsync(second, draft.Compose, cancellationToken);
        foreach (var note in draft.Notes) invocation.Reporter.Report(new Note(note));
        return FlowResult.Done(
            $"wrote {string.Join(" and ", Written(manifest, second))}",
            $"read it, then deployrunner validate; git add {string.Join(' ', Written(manifest, second))} and git commit (a release of what "
                + "is in no commit is named -dirty, and preflight.branch refuses it); then deployrunner deploy");
    }

    private static IEnumerable<string> Written(string manifest, string? second) =>
        new[] { manifest, second }.OfType<string>().Select(file => Path.GetRelativePath(".", file));
}
