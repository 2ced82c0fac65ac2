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
        ToolRules.Problems(new(new Dictionary<string, string>(), [new("Other", "1.0.0")], Good(), new Dictionary<string, AssemblyFacts>()))
            .Should().Equal("a tool carries what it needs, and this one needs Other");

    [Fact]
    public void An_assembly_of_ours_that_is_not_beside_its_user_is_reported()
    {
        var files = Good();
        files[Folder + "deployrunner.dll"] = File.ReadAllBytes(typeof(ChainBridge.DeployRunner.EntryPoint).Assembly.Location);
        Problems(files).Should().Contain("deployrunner.dll uses ChainBridge.Engine.dll, which is not beside it");
    }

    private static IEnumerable<string> Problems(Dictionary<string, byte[]> files) =>
        ToolRules.Problems(new(new Dictionary<string, string>(), [], files, new Dictionary<string, AssemblyFacts>()));

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
