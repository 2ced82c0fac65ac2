namespace ChainBridge.Engine.Manifest;

/// <summary>Collects every problem of one reading.</summary>
internal sealed class Problems(string file)
{
    private readonly List<ManifestProblem> _all = [];
    private readonly HashSet<string> _asked = [];

    /// <summary>Every key that was asked for, with the way to it: <c>services.web.image</c>.</summary>
    public IReadOnlySet<string> Asked => _asked;

    /// <summary>The file as it was given.</summary>
    public string File => file;

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<ManifestProblem> All => [.. _all.Distinct().OrderBy(problem => problem.Line).ThenBy(problem => problem.Column)];

    /// <summary>Where a value stands: <c>file:line:column</c>.</summary>
    public string PlaceOf(YamlValue at) => $"{file}:{at.Line}:{at.Column}";

    public void Ask(string key) => _asked.Add(key);

    public void Add(IEnumerable<ManifestProblem> found) => _all.AddRange(found);

    public void Add(YamlValue at, string message, string hint) => Add(at.Line, at.Column, message, hint);

    /// <param name="variable">The environment variable that is not set, when that is the problem.</param>
    public void Add(int line, int column, string message, string hint, string? variable = null) =>
        _all.Add(new ManifestProblem(file, line, column, message, hint) { MissingVariable = variable });
}
