using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Platforms.Process;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Process;

/// <summary>The build of a service that is a command: which files are in it, and what its digest is over.</summary>
public sealed class CopiedBuildTests : IDisposable
{
    private static readonly BuildRequest Request = new("v1", "abc", Clean: false, Force: false, []);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("copied-");

    public CopiedBuildTests()
    {
        Write("app/app.py", "print('hello')");
        Write("app/.gitignore", "*.pyc\nnode_modules/\n");
        Write("app/app.pyc", "compiled");
        Write("app/tests/test_app.py", "assert True");
        Write("app/.dockerignore", "tests\n");
        Write("app/node_modules/left/pad.js", "left");
        Write("other.txt", "of another service");
        System.Diagnostics.Process.Start("git", ["-C", _folder.FullName, "init", "-q"])!.WaitForExit();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Copy => Path.Combine(State, "builds", "v1", "web");

    private string State => Path.Combine(_folder.FullName, "state");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_copy_has_what_git_and_Docker_do_not_ignore()
    {
        await BuildAsync();
        Names().Should().Equal(".dockerignore", ".gitignore", "app.py");
    }

    [Fact]
    public async Task Files_that_the_manifest_includes_are_copied_though_git_ignores_them()
    {
        await BuildAsync("include: [node_modules]");
        Names().Should().Contain("node_modules/left/pad.js").And.NotContain("app.pyc");
    }

    [Fact]
    public async Task The_digest_is_the_one_of_the_files_that_were_copied()
    {
        var artifact = await BuildAsync();
        // What a program leaves beside itself is none of the release; what was copied is.
        Directory.CreateDirectory(Path.Combine(Copy, "__pycache__"));
        await File.WriteAllTextAsync(Path.Combine(Copy, "__pycache__", "app.pyc"), "compiled", Stop);
        BuildFolder.Digest(Copy).Should().Be(artifact.Digest);
        await File.WriteAllTextAsync(Path.Combine(Copy, "app.py"), "print('changed')", Stop);
        var changed = BuildFolder.Digest(Copy);
        changed.Should().NotBe(artifact.Digest);
        File.Delete(Path.Combine(Copy, "app.py"));
        BuildFolder.Digest(Copy).Should().NotBe(artifact.Digest).And.NotBe(changed);
    }

    [Fact]
    public async Task A_program_that_stands_in_a_folder_of_its_copy_stands_in_the_copy()
    {
        await BuildAsync();
        BuildFolder.Around(State, Path.Combine(Copy, "deep", "folder")).Should().Be(Copy);
        BuildFolder.Around(State, Copy).Should().Be(Copy);
        BuildFolder.Around(State, "/usr/lib").Should().Be("/usr/lib");
    }

    [Fact]
    public async Task A_link_that_leads_out_of_the_context_is_refused_and_one_inside_is_kept()
    {
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "app", "main.py"), "app.py");
        await BuildAsync();
        new FileInfo(Path.Combine(Copy, "main.py")).LinkTarget.Should().Be("app.py");
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "app", "away.txt"), "../other.txt");
        (await FluentActions.Awaiting(() => BuildAsync()).Should().ThrowAsync<EngineException>()).Which.Message.Should()
            .Contain("leads out of its context");
    }

    [Fact]
    public async Task Files_that_are_included_and_not_there_are_named() =>
        (await FluentActions.Awaiting(() => BuildAsync("include: [dist]")).Should().ThrowAsync<EngineException>()).Which.Message.Should()
            .StartWith("services.web includes dist, which is not in ");

    [Theory]
    [InlineData("run: []", "the command names no program")]
    [InlineData("run: [python3, app.py], projectFile: web.csproj", "services.web has both projectFile and run")]
    [InlineData("run: [python3, app.py], environment: { PORT: 80 }", "services.web sets PORT")]
    [InlineData("run: [python3, app.py], include: [../secrets]", "'../secrets' is not below the context of web")]
    [InlineData("include: [dist]", "services.web includes files, and has no command")]
    public void A_command_that_could_not_be_run_is_refused_at_its_place(string keys, string expected)
    {
        var problem = Read(keys).Problems.Should().ContainSingle().Which;
        problem.Message.Should().StartWith(expected);
        problem.Line.Should().Be(3);
        problem.Hint.Should().NotBeEmpty();
    }

    private async Task<Artifact> BuildAsync(string keys = "") =>
        (await new PublishedBuild(Read($"run: [python3, app.py]{(keys.Length == 0 ? "" : $", {keys}")}").Manifest!, State,
            new LocalHost(new LocalExecutor(TimeProvider.System)), TimeProvider.System)
            .MakeAsync([.. Read("run: [python3, app.py]" + (keys.Length == 0 ? "" : $", {keys}")).Manifest!.Services.Values], Request,
                new Progress<BuildProgress>(), Stop))["web"];

    private ManifestReading Read(string keys) => ManifestReader.Parse($$"""
        project: shop
        services:
          web: { image: shop/web, context: app, public: true, {{keys}} }
        gates:
          smoke: { probes: [ { path: /health } ] }
        environments:
          staging: { target: process }
        """, "chainbridge.yml", Path.Combine(_folder.FullName, "chainbridge.yml"), _ => null);

    private IEnumerable<string> Names() => Directory.EnumerateFiles(Copy, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Copy, file)).Order(StringComparer.Ordinal);

    private void Write(string name, string text)
    {
        var file = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
