using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ChainBridge.PackageCheck;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Packages;

/// <summary>A package is as it should be, then one thing is wrong with it.</summary>
public sealed class PackageRulesTests
{
    private static readonly string Commit = new('a', 40);
    private static readonly string Link = $$$"""{"documents":{"/_/*":"https://raw.example/{{{Commit}}}/*"}}""";

    public static TheoryData<string, string, string> Wrongs => new()
    {
        { "description", "", "the nuspec says no description" },
        { "tags", "", "the nuspec says no tags" },
        { "releaseNotes", " ", "the nuspec says no releaseNotes" },
        { "license", "Apache-2.0", "the licence is not the expression MIT" },
        { "license.type", "file", "the licence is not the expression MIT" },
        { "repository.url", "", "the nuspec names no https address of a repository" },
        { "readme", "OTHER.md", "the README (OTHER.md) is missing or says next to nothing" },
        { "icon", "README.md", "the icon (README.md) is missing or no PNG" },
    };

    [Fact]
    public void A_package_with_everything_has_no_problem() => PackageRules.Problems(Good(), [Good()]).Should().BeEmpty();

    [Theory]
    [MemberData(nameof(Wrongs))]
    public void A_nuspec_that_lacks_something_is_reported(string name, string value, string expected)
    {
        var package = Good();
        Problem(package with { Metadata = new Dictionary<string, string>(package.Metadata) { [name] = value } }).Should().Be(expected);
    }

    [Fact]
    public void A_file_that_is_missing_or_empty_is_reported()
    {
        Problem(Without("lib/net10.0/ChainBridge.Kit.xml")).Should().Be("ChainBridge.Kit.dll has no XML documentation beside it");
        Problem(With("lib/net10.0/ChainBridge.Kit.xml", "<doc><members/></doc>"u8)).Should().Be("ChainBridge.Kit.xml documents no member");
        Problem(With("lib/net10.0/ChainBridge.Kit.xml", "nonsense"u8)).Should().Be("ChainBridge.Kit.xml documents no member");
        Problem(With("README.md", "# Kit"u8)).Should().StartWith("the README (README.md) is missing or says next to nothing");
        Problem(With("icon.png", Icon(64))).Should().Be("the icon is not 128 by 128 pixels");
    }

    [Theory]
    [InlineData(null, "has no symbols with SourceLink in it")]
    [InlineData("""{"documents":{"/_/*":"https://raw.example/bbbb/*"}}""", "has a SourceLink to another commit")]
    public void Symbols_that_lead_nowhere_are_reported(string? link, string expected) =>
        Problem(Facts(Good(), new(link, []))).Should().Contain(expected);

    [Fact]
    public void The_paths_of_the_machine_that_built_it_are_reported() =>
        Problem(Facts(Good(), new(Link.Replace("/_/", "/home/me/", StringComparison.Ordinal), [])))
            .Should().Contain("tells the paths of the machine");

    [Fact]
    public void A_project_of_ours_that_a_stranger_could_not_restore_is_reported()
    {
        var needs = Good() with { Dependencies = [new("ChainBridge.Servers", "1.0.0")] };
        Problem(needs).Should().Be("it needs ChainBridge.Servers 1.0.0, which is not published with it");
        var uses = Facts(Good(), new(Link, ["ChainBridge.Servers", "System.Runtime"]));
        Problem(uses).Should().Be("ChainBridge.Kit.dll uses ChainBridge.Servers.dll, which is neither in it nor in a package it needs");
        var carries = uses
            with { Assemblies = new Dictionary<string, AssemblyFacts>(uses.Assemblies) { ["ChainBridge.Servers"] = new(Link, []) } };
        Problem(carries).Should().Be("ChainBridge.Servers.dll has no XML documentation beside it", "the reference itself is now found");
    }

    [Fact]
    public void A_package_without_its_assembly_is_reported() =>
        Problem(Good() with { Assemblies = new Dictionary<string, AssemblyFacts>() })
            .Should().Be("there is no ChainBridge.Kit.dll in lib/");

    [Fact]
    public void A_kit_whose_build_refuses_no_old_xunit_is_reported()
    {
        var kit = Good() with
        {
            Metadata = new Dictionary<string, string>(Good().Metadata) { ["id"] = "ChainBridge.TestKit" },
            Files = Good().Files.ToDictionary(file => file.Key.Replace("ChainBridge.Kit", "ChainBridge.TestKit", StringComparison.Ordinal),
                file => file.Value),
            Assemblies = new Dictionary<string, AssemblyFacts> { ["ChainBridge.TestKit"] = new(Link, []) },
        };
        Problem(kit).Should().Be("there is no buildTransitive/ChainBridge.TestKit.targets, so an old xunit is not refused");
    }

    [Fact]
    public void The_content_of_a_package_is_read_from_the_file_itself()
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Write(zip, "ChainBridge.Kit.nuspec",
                """
                <package xmlns="x"><metadata><id>ChainBridge.Kit</id><version>1.0.0</version>
                <license type="expression">MIT</license><repository url="https://r" commit="c" />
                <dependencies><group targetFramework="net10.0"><dependency id="Npgsql" version="10.0.3" /></group></dependencies>
                </metadata></package>
                """u8);
            Write(zip, "lib/net10.0/ChainBridge.TestKit.dll",
                File.ReadAllBytes(typeof(ChainBridge.TestKit.TestEnvironment).Assembly.Location));
        }

        file.Position = 0;
        var package = PackageFile.Read(file);
        (package.Id, package.Version, package.Metadata["license.type"], package.Metadata["repository.commit"])
            .Should().Be(("ChainBridge.Kit", "1.0.0", "expression", "c"));
        package.Dependencies.Should().Equal(new Dependency("Npgsql", "10.0.3"));
        package.Assemblies["ChainBridge.TestKit"].References.Should().Contain("ChainBridge.LocalServers").And.Contain("Npgsql");
    }

    private static string Problem(PackageFile package) => PackageRules.Problems(package, [package]).Should().ContainSingle().Which;

    private static PackageFile With(string file, ReadOnlySpan<byte> content) =>
        Good() with { Files = new Dictionary<string, byte[]>(Good().Files) { [file] = content.ToArray() } };

    private static PackageFile Without(string file) => Good() with { Files = Good().Files.Where(one => one.Key != file).ToDictionary() };

    private static PackageFile Facts(PackageFile package, AssemblyFacts facts) =>
        package with { Assemblies = new Dictionary<string, AssemblyFacts> { ["ChainBridge.Kit"] = facts } };

    private static PackageFile Good() => new(
        new Dictionary<string, string>
        {
            ["id"] = "ChainBridge.Kit", ["version"] = "1.0.0", ["description"] = "d", ["authors"] = "a", ["tags"] = "t",
            ["releaseNotes"] = "n", ["projectUrl"] = "https://p",
            ["license"] = "MIT", ["license.type"] = "expression", ["repository.url"] = "https://r", ["repository.commit"] = Commit,
            ["readme"] = "README.md", ["icon"] = "icon.png",
        },
        [new("Npgsql", "10.0.3")],
        new Dictionary<string, byte[]>
        {
            ["README.md"] = Encoding.UTF8.GetBytes(new string('x', 300)), ["icon.png"] = Icon(128),
            ["lib/net10.0/ChainBridge.Kit.xml"] = "<doc><members><member name='T:C'/></members></doc>"u8.ToArray(),
        },
        new Dictionary<string, AssemblyFacts> { ["ChainBridge.Kit"] = new(Link, ["System.Runtime"]) });

    private static byte[] Icon(int size)
    {
        byte[] icon = [0x89, (byte)'P', (byte)'N', (byte)'G', .. new byte[20]];
        BinaryPrimitives.WriteInt32BigEndian(icon.AsSpan(16), size);
        BinaryPrimitives.WriteInt32BigEndian(icon.AsSpan(20), size);
        return icon;
    }

    private static void Write(ZipArchive zip, string name, ReadOnlySpan<byte> content)
    {
        using var stream = zip.CreateEntry(name).Open();
        stream.Write(content);
    }
}
