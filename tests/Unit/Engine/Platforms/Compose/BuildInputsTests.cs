using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Engine.Secrets;
using ChainBridge.Tests.Unit.Engine.Manifest;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Compose;

/// <summary>When a service is built and when what a release has of it is taken again.</summary>
public sealed class BuildInputsTests : IDisposable
{
    private readonly TeamFiles _files = new TeamFiles("unused").Write("app/Dockerfile", "FROM base:1\nCOPY . .\n")
        .Write("app/main.py", "one").Write("app/.dockerignore", "*.log\n");
    private readonly EngineOfImages _engine = new() { Images = { ["base:1"] = new("sha256:base") } };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task The_same_files_and_arguments_give_the_same_digest_and_what_is_ignored_changes_nothing()
    {
        var before = await OfAsync();
        before.Should().StartWith("sha256:");
        _files.Write("app/debug.log", "noise").Write("elsewhere", "not in the context");
        File.SetLastWriteTimeUtc(Path.Combine(App, "main.py"), DateTime.UnixEpoch);
        (await OfAsync()).Should().Be(before);
    }

    [Theory]
    [InlineData("a file is another one")]
    [InlineData("a file is new, though git ignores it")]
    [InlineData("a file may be executed")]
    [InlineData("a link leads elsewhere")]
    [InlineData("an empty folder is new")]
    [InlineData("the Dockerfile is another one")]
    [InlineData("an argument is another one")]
    [InlineData("the image below is another one")]
    [InlineData("the platform is another one")]
    public async Task A_change_of_anything_that_is_built_from_is_seen(string change)
    {
        File.CreateSymbolicLink(Path.Combine(App, "link"), "main.py");
        var before = await OfAsync();
        var source = Source();
        switch (change)
        {
            case "a file is another one": _files.Write("app/main.py", "two"); break;
            case "a file is new, though git ignores it": _files.Write(".gitignore", "app/made\n").Write("app/made", "new"); break;
            case "a file may be executed":
                File.SetUnixFileMode(Path.Combine(App, "main.py"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
                break;
            case "a link leads elsewhere":
                File.Delete(Path.Combine(App, "link"));
                File.CreateSymbolicLink(Path.Combine(App, "link"), "Dockerfile");
                break;
            case "an empty folder is new": Directory.CreateDirectory(Path.Combine(App, "empty")); break;
            case "the Dockerfile is another one": _files.Write("app/Dockerfile", "FROM base:1\nCOPY . /app\n"); break;
            case "an argument is another one": source = source with { Arguments = new Dictionary<string, string> { ["A"] = "b" } }; break;
            case "the image below is another one": _engine.Images["base:1"] = new("sha256:moved"); break;
            case "the platform is another one": source = source with { Rest = "linux/arm64" }; break;
        }

        (await OfAsync(source)).Should().NotBeNull().And.NotBe(before);
    }

    [Fact]
    public async Task Inputs_that_are_not_known_for_sure_have_no_digest_and_so_are_built()
    {
        (await OfAsync(Source() with { Arguments = new Dictionary<string, string> { ["NPM_TOKEN"] = "hunter2222" } })).Should().BeNull();
        (await OfAsync(Source() with { Inline = "FROM base:1\nARG VERSION" })).Should().BeNull();
        (await OfAsync(Source() with { Context = "https://example.org/shop.git" })).Should().BeNull();
        (await OfAsync(Source() with { Dockerfile = Path.Combine(App, "none") })).Should().BeNull();
        using var made = System.Diagnostics.Process.Start("mkfifo", Path.Combine(App, "pipe"));
        await made.WaitForExitAsync(Stop);
        (await OfAsync()).Should().BeNull("a pipe cannot be read to its end");
    }

    [Fact]
    public async Task A_service_that_did_not_change_is_taken_by_digest_from_the_release_that_has_it()
    {
        var again = await AgainAsync(Request());
        again!.Value.Words.Should().Be("unchanged since v1, not rebuilt");
        again.Value.Artifact.Should().Be(new Artifact("sha256:one", "shop/app:v1", 7));
    }

    [Theory]
    [InlineData("forced")]
    [InlineData("a dirty tree")]
    [InlineData("other inputs")]
    [InlineData("inputs that are not known")]
    [InlineData("an image that is gone")]
    [InlineData("an image that lost its tag to another build")]
    [InlineData("an image of another environment")]
    [InlineData("no release")]
    public async Task Everything_else_is_built(string why)
    {
        var labels = Labelled();
        if (why == "an image of another environment") labels["chainbridge.environment"] = "other";
        var again = await AgainAsync(why switch
        {
            "forced" => Request() with { Force = true },
            "a dirty tree" => Request() with { Clean = false },
            "no release" => Request() with { Recorded = [] },
            _ => Request(),
        }, why switch { "other inputs" => "sha256:else", "inputs that are not known" => null, _ => "sha256:inputs" }, engine =>
        {
            engine.Images["shop/app:v1"] = new("sha256:one") { Labels = labels };
            if (why == "an image that is gone") engine.Images.Remove("shop/app:v1");
            if (why != "an image that lost its tag to another build") return;
            engine.Images["kept"] = engine.Images["shop/app:v1"];
            engine.Images["shop/app:v1"] = new("sha256:other");
        });
        again.Should().BeNull();
    }

    [Fact]
    public void The_digest_is_a_label_of_clean_builds_only_and_all_times_are_the_commits()
    {
        var names = Names();
        var images = new BuiltImages(names, new DockerEngine(_engine));
        var request = Request() with
        {
            CommittedAt = new DateTimeOffset(2026, 11, 27, 4, 5, 6, TimeSpan.FromHours(2)),
            Repository = new("https://example.org/acme/shop"),
        };
        images.Labels(request, "sha256:inputs").Should().Equal(new Dictionary<string, string>
        {
            ["org.opencontainers.image.revision"] = "c2", ["org.opencontainers.image.version"] = "v2",
            ["chainbridge.environment"] = names.Environment, ["org.opencontainers.image.created"] = "2026-11-27T02:05:06Z",
            ["org.opencontainers.image.source"] = "https://example.org/acme/shop", ["chainbridge.inputs"] = "sha256:inputs",
        });
        images.Labels(request with { Clean = false }, "sha256:inputs").Should().NotContainKey("chainbridge.inputs");
        BuiltImages.Arguments(request).Should().Equal(new Dictionary<string, string>
        {
            ["VERSION"] = "v2", ["COMMIT"] = "c2", ["BUILD_DATE"] = "2026-11-27T02:05:06Z",
        });
    }

    [Theory]
    [InlineData("git@github.com:acme/shop.git", "https://github.com/acme/shop")]
    [InlineData("https://user:hunter2@github.com/acme/shop.git", "https://github.com/acme/shop")]
    [InlineData("ssh://git@example.org:2222/acme/shop", "https://example.org/acme/shop")]
    [InlineData("http://git.example.org:3000/acme/shop.git", "http://git.example.org:3000/acme/shop")]
    [InlineData("/srv/git/shop.git", null)]
    [InlineData("../shop", null)]
    [InlineData("", null)]
    public void The_source_of_an_image_is_named_without_a_login(string remote, string? source) =>
        GitInfo.Readable(remote)?.ToString().Should().Be(source);

    private string App => Path.Combine(_files.Root, "app");

    private BuildSource Source() => new(App, Path.Combine(App, "Dockerfile"), null, new Dictionary<string, string>(), "");

    private Task<string?> OfAsync(BuildSource? source = null) =>
        new BuildInputs(new DockerEngine(_engine), new Redactor([])).OfAsync(source ?? Source(), Stop);

    private static BuildRequest Request() => new("v2", "c2", Clean: true, Force: false, []) { Recorded = [Recorded("v1", "sha256:one")] };

    private static Release Recorded(string version, string digest) => new(version, "c1",
        new Dictionary<string, Artifact> { ["app"] = new(digest, $"shop/app:{version}", 7) }, new Dictionary<string, ServiceSpec>(), null,
        true, "ci", DateTimeOffset.UnixEpoch);

    private Dictionary<string, string> Labelled() => new()
    {
        ["chainbridge.environment"] = Names().Environment, ["chainbridge.inputs"] = "sha256:inputs",
        ["org.opencontainers.image.version"] = "v1",
    };

    private Task<(Artifact Artifact, string Words)?> AgainAsync(
        BuildRequest request, string? inputs = "sha256:inputs", Action<EngineOfImages>? change = null)
    {
        _engine.Images["shop/app:v1"] = new("sha256:one") { Labels = Labelled() };
        change?.Invoke(_engine);
        return new BuiltImages(Names(), new DockerEngine(_engine)).AgainAsync("app", "shop/app", inputs, request, Stop);
    }

    private ComposeNames Names()
    {
        var manifest = ChainBridge.Engine.Manifest.ManifestReader.Parse("""
            project: shop
            services: { app: { image: shop/app, public: true } }
            gates: { smoke: { probes: [ { path: / } ] } }
            environments: { staging: { target: compose, composeFile: compose.yml, stateDirectory: state } }
            """, "chainbridge.yml", Path.Combine(_files.Root, "chainbridge.yml"), _ => null).Manifest!;
        return new(manifest, manifest.Environments["staging"]);
    }
}
