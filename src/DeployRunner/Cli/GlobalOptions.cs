using System.CommandLine;

namespace ChainBridge.DeployRunner.Cli;

/// <summary>The options of every verb.</summary>
internal static class GlobalOptions
{
    public const string ManifestName = "--manifest";
    public const string EnvironmentName = "--environment";
    public const string OutputName = "--output";

    public static IEnumerable<Option> Create()
    {
        yield return new Option<string>(ManifestName,
            "-m") { Description = "The manifest to read.", Recursive = true, DefaultValueFactory = _ => "chainbridge.yml" };
        yield return new Option<string?>(EnvironmentName,
            "-e") { Description = "The environment; needed only when the manifest has several.", Recursive = true };
        var output = new Option<string>(OutputName,
            "-o") { Description = "text, or json: one object per line.", Recursive = true, DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "json");
        yield return output;
    }
}
