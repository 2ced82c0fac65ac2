using System.Text.RegularExpressions;
using System.Xml.Linq;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Packages;

/// <summary>What becomes a package, and that nothing in it goes undocumented.</summary>
public sealed partial class PackagingTests
{
    private static readonly IReadOnlyList<string> Projects = [
        .. Directory.GetFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path)).Where(path => !path.Contains("/obj/", StringComparison.Ordinal)
                && !path.StartsWith(".chainbridge", StringComparison.Ordinal))];

    [Fact]
    public void Every_TestKit_project_of_src_and_the_runner_are_packages_and_nothing_else_is()
    {
        var packable =
            Projects.Where(path => Imports(path) && !Text(path).Contains("<IsPackable>false", StringComparison.Ordinal)).ToList();
        packable.Should().BeEquivalentTo(Projects.Where(path => path.StartsWith("src/TestKit", StringComparison.Ordinal)
            || path == "src/DeployRunner/DeployRunner.csproj"))
            .And.HaveCountGreaterThan(1);
        Projects.Where(path => Text(path).Contains("<IsPackable>true", StringComparison.Ordinal))
            .Should().BeEmpty("packages are marked by importing Package.props");
        XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("IsPackable")
            .Should().ContainSingle().Which.Value.Should().Be("false");
    }

    [Fact]
    public void No_package_can_leave_a_public_member_without_documentation()
    {
        XDocument.Load(Path.Combine(Repository.Root, "src/Package.props")).Descendants("GenerateDocumentationFile")
            .Should().ContainSingle().Which.Value.Should().Be("true");
        string[] places = ["Directory.Build.props", "Directory.Build.targets", ".editorconfig", "src/Package.props",
            .. Projects.Where(Imports)];
        places.Where(path => Text(path).Contains("1591", StringComparison.Ordinal) && path != "src/Package.props"
            || NativeOnly().Replace(Text(path), "").Contains("<NoWarn>", StringComparison.Ordinal))
            .Should().BeEmpty("a missing comment (CS1591) is an error there");
    }

    /// <summary>What the compiler to native code says (IL) is about other people's assemblies, and no comment.</summary>
    [GeneratedRegex(@"<NoWarn>\$\(NoWarn\)(;IL\d+)+</NoWarn>")]
    private static partial Regex NativeOnly();

    private static bool Imports(string project) => Text(project).Contains("Package.props\"", StringComparison.Ordinal);

    private static string Text(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));
}
