using System.Reflection;

namespace ChainBridge.Tests.Unit.House;

/// <summary>Which folder of a project uses which, and where they use each other in a circle.</summary>
internal sealed class FolderUses
{
    private readonly Dictionary<string, Dictionary<string, string>> _uses = [];

    /// <summary>Of an assembly, by its compiled types and where they were written.</summary>
    /// <param name="root">The project's folder in the repository.</param>
    public FolderUses(Assembly assembly, string root)
    {
        Types = CompiledFolders.Of(assembly, root);
        foreach (var (type, folders) in Types)
            foreach (var used in CompiledUses.Types(type).Select(Outermost))
                if (Types.TryGetValue(used, out var others)) Add(folders, others, $"{type.Name} uses {used.Name}");
    }

    /// <summary>The types, each with its folder; more than one for a type in parts.</summary>
    public IReadOnlyDictionary<Type, IReadOnlySet<string>> Types { get; }

    /// <summary>The folders that a folder uses.</summary>
    public IReadOnlyCollection<string> Of(string folder) => _uses.TryGetValue(folder, out var used) ? used.Keys : [];

    /// <summary>A circle for each folder that is in one, with a use for each of its steps; empty when they all go one way.</summary>
    public IReadOnlyList<string> Circles() => [.. _uses.Keys.Order(StringComparer.Ordinal).Select(Circle).OfType<string>()];

    /// <summary>The shortest way from the folder back to itself.</summary>
    private string? Circle(string start)
    {
        var ways = new Dictionary<string, string>();
        for (var next = new Queue<string>([start]); next.TryDequeue(out var folder);)
        {
            foreach (var (used, why) in _uses.GetValueOrDefault(folder) ?? [])
            {
                var way = $"{ways.GetValueOrDefault(folder, start)} -> {used} ({why})";
                if (used == start) return way;
                if (ways.TryAdd(used, way)) next.Enqueue(used);
            }
        }

        return null;
    }

    private void Add(IReadOnlySet<string> from, IReadOnlySet<string> to, string why)
    {
        foreach (var folder in from)
            foreach (var other in to.Where(other => other != folder))
            {
                if (!_uses.TryGetValue(folder, out var used)) _uses[folder] = used = [];
                used.TryAdd(other, why);
            }
    }

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
