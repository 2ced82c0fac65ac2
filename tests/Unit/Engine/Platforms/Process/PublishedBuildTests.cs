using System.Xml.Linq;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Platforms.Process;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Process;

/// <summary>Environments built from one checkout share its <c>obj</c> folders, so they are built one after the other.</summary>
public sealed class PublishedBuildTests : IDisposable
{
    private static readonly BuildRequest Request = new("v1", "abc", Clean: true, Force: false, []);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("build-");
    private readonly DeploymentManifest _manifest;

    public PublishedBuildTests()
    {
        Directory.CreateDirectory(Git);
        _manifest = ManifestReader.Parse("""
            project: shop
            services:
              pay: { image: shop/pay, projectFile: pay.csproj, public: true }
            gates:
              smoke: { probes: [ { path: /health } ] }
            environments:
              staging: { target: process }
            """, "chainbridge.yml", Path.Combine(_folder.FullName, "chainbridge.yml"), _ => null).Manifest!;
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Git => Path.Combine(_folder.FullName, ".git");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_second_environment_waits_until_the_first_is_built()
    {
        var (first, second) = (new Sdk(Git), new Sdk(Git));
        var waits = new Waits();
        var one = BuildAsync("staging", first, new Waits());
        await first.Begun.Task.WaitAsync(Deadline, Stop);
        var other = BuildAsync("spare", second, waits);
        (await waits.First.Task.WaitAsync(Deadline, Stop)).Should().Contain("another environment is being built from this checkout");
        second.Begun.Task.IsCompleted.Should().BeFalse();

        first.End.SetResult();
        second.End.SetResult();

        (await one.WaitAsync(Deadline, Stop)).Should().ContainKey("pay");
        (await other.WaitAsync(Deadline, Stop)).Should().ContainKey("pay");
    }

    [Fact]
    public async Task A_build_that_never_ends_is_not_waited_for_endlessly_and_is_named()
    {
        using var held = new FileStream(Path.Combine(Git, PublishedBuild.Guard), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMinutes(16) };
        var build = () => BuildAsync("staging", new Sdk(Git), new Waits(), time);
        var refused = (await build.Should().ThrowAsync<EngineException>()).Which;
        refused.Failure.Should().Be(Failure.Locked);
        refused.Message.Should().Contain("waited 900 s for another build from this checkout to end").And.Contain(PublishedBuild.Guard);
    }

    private Task<IReadOnlyDictionary<string, ChainBridge.Engine.Model.Artifact>> BuildAsync(
        string environment, IExecutor sdk, IProgress<BuildProgress> progress, TimeProvider? time = null) =>
        new PublishedBuild(_manifest, Path.Combine(_folder.FullName, environment), new LocalHost(sdk), time ?? TimeProvider.System)
            .MakeAsync([.. _manifest.Services.Values], Request, progress, Stop);

    /// <summary>Answers where git's folder is, and publishes when the test ends it.</summary>
    private sealed class Sdk(string git) : IExecutor
    {
        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken)
        {
            if (command.Program == "git") return new CommandResult(command, 0, git + "\n", "");
            Begun.SetResult();
            await End.Task;
            foreach (var service in XDocument.Load(command.Arguments[1]).Descendants("Service"))
                await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(service.Attribute("Folder")!.Value).FullName,
                    "pay.dll"), "code", cancellationToken);
            return new CommandResult(command, 0, "", "");
        }
    }

    private sealed class Waits : IProgress<BuildProgress>
    {
        public TaskCompletionSource<string> First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The first report beside those of every build.</summary>
        public void Report(BuildProgress value)
        {
            if (value.Line != "pay: publishing") First.TrySetResult(value.Line);
        }
    }
}
