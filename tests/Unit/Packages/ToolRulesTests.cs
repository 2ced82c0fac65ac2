using System.Text;
using ChainBridge.PackageCheck;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Packages;

/// <summary>The runner's package is as it should be, then one thing is missing from it.</summary>
public sealed class ToolRulesTests
{
    private const string Folder = "tools/net10.0/any/";
    private static readonly byte[] Assembly = File.ReadAllBytes(typeof(ToolRules).Assembly.Location);

    [Fact]
    public void A_tool_with_everything_has_no_problem() => Problems(Good()).Should().BeEmpty();

    [Theory]
    [InlineData("edge/ChainBridge.Edge.dll")]
    [InlineData("edge/ChainBridge.Edge.runtimeconfig.json")]
    [InlineData("edge/Dockerfile")]
    [InlineData("supervisor/ChainBridge.Supervisor.dll")]
    public void A_program_that_is_not_carried_whole_is_reported(string file)
    {
        var files = Good();
        files.Remove(Folder + file);
        Problems(files).Should().Equal($"{file} is not carried");
    }

    [Fact]
    public void A_command_whose_program_is_not_there_is_reported()
    {
        var files = Good();
        files.Remove(Folder + "deployrunner.dll");
        Problems(files).Should().Equal("the command deployrunner starts deployrunner.dll, which is not in it");
    }

    [Fact]
    public void A_tool_that_needs_another_package_is_reported() =>
        ToolRules.Problems(Package("ChainBridge.DeployRunner", Good()) with { Dependencies = [new("Other", "1.0.0")] }, []).Should()
            .Equal("a tool carries what it needs, and this one needs Other");

    [Fact]
    public void An_assembly_of_ours_that_is_not_beside_its_user_is_reported()
    {
        var files = Good();
        files[Folder + "deployrunner.dll"] = File.ReadAllBytes(typeof(ChainBridge.DeployRunner.EntryPoint).Assembly.Location);
        Problems(files).Should().Contain("deployrunner.dll uses ChainBridge.Engine.dll, which is not beside it");
    }

    [Fact]
    public void A_native_runner_carries_the_same_programs()
    {
        var files = Good();
        files.Remove(Folder + "deployrunner.dll");
        files[Folder + "deployrunner"] = [];
        files[Folder + "DotnetToolSettings.xml"] = Encoding.UTF8.GetBytes(
            """<DotNetCliTool><Commands><Command Name="deployrunner" EntryPoint="deployrunner" /></Commands></DotNetCliTool>""");
        Problems(files).Should().BeEmpty();
        files.Remove(Folder + "edge/Dockerfile");
        Problems(files).Should().Equal("edge/Dockerfile is not carried");
    }

    [Fact]
    public void A_package_that_sends_a_machine_to_one_that_is_not_in_the_feed_is_reported()
    {
        var pointer = Package("ChainBridge.DeployRunner", new()
        {
            ["tools/any/any/DotnetToolSettings.xml"] = Encoding.UTF8.GetBytes("""
                <DotNetCliTool><Commands><Command Name="deployrunner" /></Commands><RuntimeIdentifierPackages>
                <RuntimeIdentifierPackage RuntimeIdentifier="linux-x64" Id="ChainBridge.DeployRunner.linux-x64" />
                <RuntimeIdentifierPackage RuntimeIdentifier="any" Id="ChainBridge.DeployRunner.any" />
                </RuntimeIdentifierPackages></DotNetCliTool>
                """),
        });
        var any = Package("ChainBridge.DeployRunner.any", Good());
        ToolRules.Problems(pointer, [pointer, any]).Should()
            .Equal("it sends machines to ChainBridge.DeployRunner.linux-x64 1.0.0, which is not in the feed");
        ToolRules.Problems(pointer, [pointer, any, Package("ChainBridge.DeployRunner.linux-x64", [])]).Should().BeEmpty();
    }

    private static PackageFile Package(string id, Dictionary<string, byte[]> files) => new(
        new Dictionary<string, string> { ["id"] = id, ["version"] = "1.0.0" }, [], files, new Dictionary<string, AssemblyFacts>());

    private static IEnumerable<string> Problems(Dictionary<string, byte[]> files) =>
        ToolRules.Problems(Package("ChainBridge.DeployRunner", files), []);

    private static Dictionary<string, byte[]> Good()
    {
        var files = new[] { "edge/ChainBridge.Edge", "supervisor/ChainBridge.Supervisor", "deployrunner" }
            .SelectMany(name => new[] { ".dll", ".deps.json", ".runtimeconfig.json" }.Select(ending => Folder + name + ending))
            .ToDictionary(file => file, file => file.EndsWith(".dll", StringComparison.Ordinal) ? Assembly : []);
        files[Folder + "edge/Dockerfile"] = [];
        files[Folder + "DotnetToolSettings.xml"] = Encoding.UTF8.GetBytes(
            """<DotNetCliTool><Commands><Command Name="deployrunner" EntryPoint="deployrunner.dll" /></Commands></DotNetCliTool>""");
        return files;
    }
}
