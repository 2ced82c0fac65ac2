using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ChainBridge.TestKit.Load;

/// <summary>Reads a scenario of requests from YAML (docs/load.md has every key).</summary>
public static class ScenarioFile
{
    /// <summary>Reads the file.</summary>
    /// <param name="variable">Answers an environment variable, or null.</param>
    /// <exception cref="LoadPlanException">With file, line and column.</exception>
    public static LoadPlan Read(string path, Func<string, string?> variable)
    {
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            return Parse(File.ReadAllText(path), path, variable, beside => new StreamReader(Path.Combine(folder, beside)));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new LoadPlanException($"{path} cannot be read: {unreadable.Message}", unreadable);
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="name">How messages name the file.</param>
    /// <param name="open">Opens a file that lies beside it.</param>
    /// <exception cref="LoadPlanException">With file, line and column.</exception>
    public static LoadPlan Parse(string text, string name, Func<string, string?> variable, Func<string, TextReader> open)
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(new StringReader(text));
        }
        catch (InvalidOperationException syntax)
        {
            // The scanner's own, of a bracket that is never closed.
            throw new LoadPlanException($"{name}: this is not YAML: {syntax.Message}; look for a bracket or quote that is not closed",
                syntax);
        }
        catch (YamlException syntax)
        {
            throw new LoadPlanException($"{name}:{syntax.Start.Line}:{syntax.Start.Column}: this is not YAML: {syntax.Message}", syntax);
        }

        if (yaml.Documents.Count == 0) throw new LoadPlanException($"{name} is empty: begin with 'name:', 'target:', 'load:' and 'steps:'");
        return new PlanReader(new YamlPlace(name, yaml.Documents[0].RootNode, ""), variable, open).Read();
    }
}
