using ChainBridge.Engine.Events;
using ChainBridge.Engine.Steps;

namespace ChainBridge.DeployRunner.Cli;

/// <summary>Prints the schema, for an editor that is to have it from a file.</summary>
internal sealed class SchemaVerb() : Verb("schema", "Writes the JSON Schema of chainbridge.yml beside it, for editors without a network.")
{
    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(invocation.Get<string>(GlobalOptions.ManifestName)!))!;
        var file = Path.Combine(folder, "chainbridge.schema.json");
        await File.WriteAllTextAsync(file, Schema.Text(), cancellationToken);
        invocation.Reporter.Report(new Note(
            "name it in the manifest's first line: # yaml-language-server: $schema=chainbridge.schema.json"));
        return FlowResult.Done($"wrote {Path.GetRelativePath(".", file)}");
    }
}
