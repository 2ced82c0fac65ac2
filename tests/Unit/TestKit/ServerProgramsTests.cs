using ChainBridge.LocalServers;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.TestKit;

public sealed class ServerProgramsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("programs-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_link_counts_as_a_server_only_while_its_program_is_installed()
    {
        var (program, link) = (Path.Combine(_folder.FullName, "postgres"), Path.Combine(_folder.FullName, "link"));
        File.WriteAllText(program, "");
        File.CreateSymbolicLink(link, program);
        ServerPrograms.IsThere(link).Should().BeTrue();
        ServerPrograms.IsThere(program).Should().BeTrue();
        File.Delete(program);
        ServerPrograms.IsThere(link).Should().BeFalse("what it leads to was uninstalled");
        ServerPrograms.IsThere(program).Should().BeFalse();
    }
}
