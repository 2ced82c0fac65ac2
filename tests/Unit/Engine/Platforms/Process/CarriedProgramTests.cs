using ChainBridge.Engine.Platforms.Process;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Process;

public sealed class CarriedProgramTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("carried-");
    private string Source => Path.Combine(_folder.FullName, "source");
    private string State => Path.Combine(_folder.FullName, "state");

    public CarriedProgramTests()
    {
        Directory.CreateDirectory(Path.Combine(Source, "runtimes"));
        File.WriteAllText(Path.Combine(Source, "edge.dll"), "one");
        File.WriteAllText(Path.Combine(Source, "runtimes", "native.so"), "native");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_runner_built_anew_leaves_the_program_that_runs_as_it_is()
    {
        var running = Install();
        File.WriteAllText(Path.Combine(Source, "edge.dll"), "two");
        var next = Install();
        File.ReadAllText(running).Should().Be("one");
        File.ReadAllText(next).Should().Be("two");
    }

    [Fact]
    public void The_same_program_is_copied_once_and_whole()
    {
        var first = Install();
        Install().Should().Be(first);
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(first)!, "runtimes", "native.so")).Should().Be("native");
        Directory.GetDirectories(Path.Combine(State, "programs")).Should().ContainSingle();
    }

    private string Install() => CarriedProgram.Install(State, Source, "edge", "edge.dll");
}
