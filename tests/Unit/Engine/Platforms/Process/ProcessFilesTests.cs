using ChainBridge.Engine.Platforms.Process;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Process;

/// <summary>What the process target keeps in files.</summary>
public sealed class ProcessFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chainbridge-files-");

    [Fact]
    public void Accessories_that_an_earlier_runner_wrote_without_their_host_are_at_loopback()
    {
        var files = new ProcessFiles(_folder.FullName);
        File.WriteAllText(Path.Combine(_folder.FullName, "accessories.json"),
            """{ "folder": "/data", "postgresPort": 5433, "redisPort": 6380 }""");
        files.Read("accessories", ProcessJson.Default.Accessories).Should().Be(new Accessories("/data", 5433, 6380, "127.0.0.1"));
        files.Write("accessories", new Accessories("/data", 1, 2, "127.0.0.9"), ProcessJson.Default.Accessories);
        files.Read("accessories", ProcessJson.Default.Accessories)!.Host.Should().Be("127.0.0.9");
    }

    [Fact]
    public void Doors_are_read_as_they_were_written()
    {
        var files = new ProcessFiles(_folder.FullName);
        var doors = new Doors(new("http://127.0.0.1:8080"), new("http://127.0.0.1:8081"), new Dictionary<string, int> { ["admin"] = 9000 });
        files.Write("doors", doors, ProcessJson.Default.Doors);
        files.Read("doors", ProcessJson.Default.Doors).Should().BeEquivalentTo(doors);
        File.ReadAllText(Path.Combine(_folder.FullName, "doors.json")).Should().NotContain("ports", "they follow from the others");
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
