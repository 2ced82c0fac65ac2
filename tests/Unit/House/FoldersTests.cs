using System.Reflection;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.House;

/// <summary>How the folders of each project use each other, read from its compiled assembly.</summary>
public sealed class FoldersTests
{
    private const string Planted = "tests/Unit/House/Planted";

    /// <summary>Every project of src. One that is all in one folder has nothing to find, and need not be loaded.</summary>
    public static TheoryData<string, string> Projects =>
        [.. All.Where(one => one.Folders.Count > 1).Select(one => (one.Assembly, one.Root))];

    /// <summary>Those whose public types have the namespace of their folder; TestKit has rules of its own.</summary>
    public static TheoryData<string, string> ByNamespace =>
        [.. All.Where(one => one.Folders.Count > 1 && !one.Root.Contains("TestKit", StringComparison.Ordinal))
            .Select(one => (one.Assembly, one.Root))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_of_a_project_use_each_other_in_one_direction(string assembly, string root)
    {
        var uses = new FolderUses(Assembly.Load(assembly), root);
        uses.Types.Values.SelectMany(folders => folders).Distinct().Should().HaveCountGreaterThan(1);
        uses.Circles().Should().BeEmpty();
    }

    [Fact]
    public void Every_project_of_src_is_looked_at()
    {
        All.Select(one => one.Root).Should()
            .Contain(["src/Engine", "src/DeployRunner", "src/TestKit", "src/Machine", "src/Supervisor", "src/Edge"]);
        Projects.Select(row => row.Data.Item2).Should().Contain(["src/Engine", "src/DeployRunner", "src/TestKit", "src/Machine"]);
    }

    [Fact]
    public void A_circle_of_folders_is_found_whatever_the_namespaces_are()
    {
        var uses = new FolderUses(typeof(FoldersTests).Assembly, Planted);
        uses.Circles().Should().Equal(
            "Lower -> Upper (Answers uses Asks) -> Lower (Asks uses Answers)",
            "Upper -> Lower (Asks uses Answers) -> Upper (Answers uses Asks)");
        uses.Of("Beside").Should().Equal("Upper");
        uses.Types[typeof(ChainBridge.Planted.Folders.Kind)].Should().Equal("Beside");
    }

    [Theory]
    [MemberData(nameof(ByNamespace))]
    public void A_folder_is_a_namespace(string assembly, string root)
    {
        var types = CompiledFolders.Of(Assembly.Load(assembly), root);
        types.Should().NotBeEmpty();
        types.SelectMany(type => Strays(type.Key, type.Value, Namespace(root))).Should().BeEmpty();
    }

    [Fact]
    public void A_type_in_another_namespace_than_its_folder_is_found() =>
        CompiledFolders.Of(typeof(FoldersTests).Assembly, Planted)
            .SelectMany(type => Strays(type.Key, type.Value, "ChainBridge.Planted"))
            .Should().Contain("Asks is written in Upper, of ChainBridge.Planted.Folders");

    private static IEnumerable<string> Strays(Type type, IReadOnlySet<string> folders, string root) =>
        type.Namespace is not { Length: > 0 } space ? [] : folders
            .Where(folder => space != (folder.Length == 0 ? root : $"{root}.{folder.Replace('/', '.')}"))
            .Select(folder => $"{type.Name} is written in {folder}, of {space}");

    private static string Namespace(string root) => $"ChainBridge.{root["src/".Length..]}";

    private static IEnumerable<(string Assembly, string Root, IReadOnlyCollection<string> Folders)> All =>
        Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (AssemblyOf(file), Path.GetRelativePath(Repository.Root, Path.GetDirectoryName(file)!),
                (IReadOnlyCollection<string>)FoldersOf(Path.GetDirectoryName(file)!)));

    private static string AssemblyOf(string project) =>
        System.Xml.Linq.XDocument.Load(project).Descendants("AssemblyName").Single().Value;

    private static HashSet<string> FoldersOf(string project) =>
        [.. Directory.GetFiles(project, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(project, Path.GetDirectoryName(file)!))
            .Where(folder => !folder.Split('/').Any(part => part is "obj" or "bin"))];
}
