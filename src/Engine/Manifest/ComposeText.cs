using YamlDotNet.Core;

namespace ChainBridge.Engine.Manifest;

/// <summary>The compose files of a team as texts: variables filled in, each value with its file and line.</summary>
internal sealed class ComposeText
{
    private readonly Dictionary<YamlValue, string> _files = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, YamlMap?> _read = [];
    private readonly List<ManifestProblem> _problems = [];
    private readonly Func<string, string?> _variable;
    private readonly string _main;

    /// <param name="main">Full path of the file the manifest names.</param>
    /// <param name="provided">Variables that the runner sets.</param>
    /// <param name="environment">Returns an environment variable, or null when it is not set.</param>
    public ComposeText(string main, IReadOnlyDictionary<string, string> provided, Func<string, string?> environment)
    {
        _main = main;
        var settings = DotEnv(Path.Combine(Path.GetDirectoryName(main)!, ".env"));
        _variable = name => provided.GetValueOrDefault(name) ?? environment(name) ?? settings.GetValueOrDefault(name);
    }

    public IReadOnlyList<ManifestProblem> Problems => _problems;

    /// <summary>Every variable the files name, with its value where it has one.</summary>
    public Dictionary<string, string?> Variables { get; } = [];

    /// <summary>A variable as the files see it, or null when it is not set.</summary>
    public string? Variable(string name) => _variable(name);

    /// <summary>What is in the files that a service names in <c>env_file</c>, at the place that names them.</summary>
    public IEnumerable<(string Key, string? Value, YamlValue At)> EnvironmentFiles(YamlMap service)
    {
        foreach (var (path, _) in ComposeModel.EnvironmentFiles(service))
            foreach (var (key, value) in DotEnv(Path.GetFullPath(path.Text, Path.GetDirectoryName(FileOf(path))!)))
                yield return (key, new ComposeVariables(_variable, (_, _) => { }).Expand(value), path);
    }

    /// <summary>The file a value is written in.</summary>
    public string FileOf(YamlValue value) => _files.GetValueOrDefault(value, _main);

    public void Problem(YamlValue at, string message, string hint) => _problems.Add(ProblemAt(at, message, hint));

    public ManifestProblem ProblemAt(YamlValue at, string message, string hint) =>
        new(Shown(FileOf(at)), at.Line, at.Column, message, hint);

    /// <summary>A file's content; null when it cannot be read, which is a problem, or is none that can be read here.</summary>
    /// <param name="from">What names the file; null for the manifest.</param>
    public YamlMap? Load(string path, YamlValue? from)
    {
        if (_read.TryGetValue(path, out var known)) return known;
        try
        {
            var root = YamlValue.Parse(new StringReader(File.ReadAllText(path)));
            if (root is YamlMap map) return _read[path] = (YamlMap)Expanded(map, path);
            _problems.Add(new ManifestProblem(Shown(path), 1, 1, "the file has no services",
                "write services: with one entry for each of the manifest's services"));
        }
        catch (YamlException syntax)
        {
            _problems.Add(new ManifestProblem(Shown(path), (int)syntax.Start.Line, (int)syntax.Start.Column,
                $"this is not YAML: {syntax.Message}", "check indentation, quotes and colons around here"));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            if (from is null)
                _problems.Add(new ManifestProblem(Shown(path), 0, 0, $"the compose file cannot be read: {unreadable.Message}",
                    "correct composeFile in the manifest"));
            else Problem(from, $"the file {Shown(path)} cannot be read: {unreadable.Message}", "correct its path, or take this out");
        }

        return _read[path] = null;
    }

    /// <summary>Makes a value known that was put together from others.</summary>
    public T At<T>(T value, YamlValue from) where T : YamlValue
    {
        _files[value] = FileOf(from);
        return value;
    }

    /// <summary>Whether a service of the files is there for others to extend.</summary>
    public bool IsExtended(string service) =>
        _read.Values.OfType<YamlMap>().SelectMany(root => (ComposeModel.Value(root, "services") as YamlMap)?.Entries ?? [])
            .Any(entry => ComposeModel.Value(entry.Value as YamlMap, "extends") is { } extends
                && (extends is YamlScalar name ? name.Text : ComposeModel.Text(extends as YamlMap, "service")) == service);

    internal static string Shown(string path) => Path.GetRelativePath(Directory.GetCurrentDirectory(), path);

    /// <summary>Fills in variables, and keeps the file of each value.</summary>
    private YamlValue Expanded(YamlValue value, string file)
    {
        YamlValue expanded = value switch
        {
            YamlScalar scalar => Filled(scalar, file),
            YamlList list => list with { Items = [.. list.Items.Select(item => Expanded(item, file))] },
            YamlMap map =>
                map with { Entries = [.. map.Entries.Select(entry => new YamlEntry(Known(entry.Key, file), Expanded(entry.Value, file)))] },
            _ => value,
        };
        _files[expanded] = file;
        return expanded;
    }

    private YamlValue Known(YamlValue key, string file)
    {
        _files[key] = file;
        return key;
    }

    private YamlScalar Filled(YamlScalar scalar, string file)
    {
        if (!scalar.Text.Contains('$', StringComparison.Ordinal)) return scalar with { };
        var expander = new ComposeVariables(name => Variables[name] = _variable(name), (name, message) =>
        {
            var problem = new ManifestProblem(Shown(file), scalar.Line, scalar.Column,
                $"the variable {name} is required here and has no value{(message.Length == 0 ? "" : $" ({message})")}",
                name.EndsWith("_IMAGE", StringComparison.Ordinal)
                    ? "the runner sets it for the services of the manifest: add that service there, or take it out of this file; "
                        + "another variable is set in the environment or in .env"
                    : $"set {name} in the environment or in .env beside the compose file");
            if (!_problems.Contains(problem)) _problems.Add(problem);
        });
        return scalar with { Text = expander.Expand(scalar.Text) };
    }

    /// <summary>What Compose reads beside the file: <c>NAME=value</c>, quotes taken off.</summary>
    private static Dictionary<string, string> DotEnv(string path) => !File.Exists(path) ? [] : File.ReadAllLines(path)
        .Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#' && line.Contains('=', StringComparison.Ordinal))
        .Select(line => (line.StartsWith("export ", StringComparison.Ordinal) ? line[7..] : line).Split('=', 2))
        .GroupBy(pair => pair[0].Trim())
        .ToDictionary(pairs => pairs.Key, pairs => pairs.Last()[1].Trim().Trim('"', '\''));
}
