using CliWrap;
using CliWrap.Buffered;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Packages;

/// <summary>The check that the package of TestKit brings into the build of a test project, on references as NuGet resolves them.</summary>
public sealed class OldXunitTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("old-xunit-");

    [Theory]
    [InlineData("xunit.v3.runner.inproc.console", "3.2.2")]
    [InlineData("xunit.v3.assert", "2.0.3")]
    public async Task A_build_with_an_xunit_that_TestKit_cannot_load_says_which_version_to_take(string package, string version)
    {
        var (code, output) = await BuildAsync(package, version);
        code.Should().NotBe(0);
        output.Should().Contain($"CBTK001: ChainBridge.TestKit needs xunit.v3 4.0 or later, and this project has {package} {version}. "
            + "Set the version of its xunit.v3 packages to 4.0.2 or later.");
    }

    [Theory]
    [InlineData("xunit.core")]
    [InlineData("xunit.extensibility.core")]
    public async Task A_build_with_xunit_2_says_what_to_take_in_its_place(string package)
    {
        var (code, output) = await BuildAsync(package, "2.9.3");
        code.Should().NotBe(0);
        output.Should().Contain($"CBTK002: ChainBridge.TestKit needs xunit.v3, and this project has xunit 2 ({package} 2.9.3)")
            .And.Contain("xunit.v3.mtp-off 4.0.2 or later in its place");
    }

    [Theory]
    [InlineData("xunit.v3.extensibility.core", "4.0.2")]
    [InlineData("xunit.v3.runner.inproc.console", "4.0.2")]
    [InlineData("xunit.analyzers", "1.0.0")]
    [InlineData("", "")]
    public async Task A_build_with_what_TestKit_is_made_for_goes_on(string package, string version) =>
        (await BuildAsync(package, version)).Should().Be((0, ""));

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<(int Code, string Output)> BuildAsync(string package, string version)
    {
        var project = Path.Combine(_folder.FullName, "Stranger.proj");
        await File.WriteAllTextAsync(project, $"""
            <Project>
              <Target Name="ResolveAssemblyReferences">
                <ItemGroup>
                  <ReferencePath Include="Own.dll" />
                  <ReferencePath Include="Package.dll" NuGetPackageId="{package}" NuGetPackageVersion="{version}" />
                </ItemGroup>
              </Target>
              <Target Name="CoreCompile" DependsOnTargets="ResolveAssemblyReferences" />
              <Import Project="{Path.Combine(Repository.Root, "src/TestKit/buildTransitive/ChainBridge.TestKit.targets")}" />
            </Project>
            """, TestContext.Current.CancellationToken);
        var result = await Cli.Wrap("dotnet").WithArguments(["msbuild", project, "-nologo", "-target:CoreCompile", "-nodeReuse:false"])
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        return (result.ExitCode, result.StandardOutput.Trim());
    }
}
