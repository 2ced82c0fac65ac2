using ChainBridge.Engine.Hosts;
using System.Security.Cryptography;
using ChainBridge.DeployRunner;
using ChainBridge.DeployRunner.Cli;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.State;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.DeployRunner.Cli;

/// <summary>Verbs that read change nothing in the state directory, whatever they find there.</summary>
public sealed class ReadingVerbsTests : IDisposable
{
    private static readonly string[] Verbs = ["plan", "status", "history", "versions", "validate", "logs", "unlock", "doctor"];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("reading-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string State => Path.Combine(_folder.FullName, "state");

    private string Manifest => Path.Combine(_folder.FullName, "chainbridge.yml");

    public ReadingVerbsTests()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "docker-compose.yml"), "services: { door: { image: shop/door } }\n");
        File.WriteAllText(Manifest, """
            project: shop
            services:
              door: { image: shop/door, public: true }
            gates: { smoke: { probes: [ { path: / } ] } }
            environments: { staging: { target: process, composeFile: docker-compose.yml, stateDirectory: state } }
            """);
    }

    public static MatrixTheoryData<string, bool> Each => new(Verbs, [true, false]);

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Each))]
    public async Task A_state_with_old_folders_torn_lines_and_gaps_stays_as_it_is(string verb, bool realTarget)
    {
        Fill();
        var before = Snapshot();
        before.Should().HaveCountGreaterThan(150);
        await RunAsync(verb, realTarget);
        Snapshot().Should().Equal(before);
    }

    [Theory]
    [MemberData(nameof(Each))]
    public async Task A_state_directory_that_is_not_there_is_not_made(string verb, bool realTarget)
    {
        await RunAsync(verb, realTarget);
        Directory.Exists(State).Should().BeFalse();
    }

    [Fact]
    public async Task A_change_is_seen_by_the_comparison()
    {
        Fill();
        var before = Snapshot();
        await RunAsync("rollback", realTarget: false);
        Snapshot().Should().NotEqual(before);
    }

    private async Task RunAsync(string verb, bool realTarget)
    {
        await GitAsync("init", "-q");
        await GitAsync("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "first");
        var surroundings = new Surroundings(new StringWriter(), new StringWriter(), Terminal: false, new Dictionary<string, string>(),
            TimeProvider.System, realTarget ? ThisMachine.Platform : (_, _, _, _, _, _) => new FakeTarget(),
            (_, _) => Task.FromResult(false), (_, _, _) => Task.FromResult(new ComposeAnswer(null, null, "not asked in this test")));
        await EntryPoint.RunAsync(["--manifest", Manifest, verb], surroundings, Stop);
        surroundings.Errors.ToString().Should().NotContain("was not foreseen");
    }

    /// <summary>
    /// More folders than are kept, a journal whose middle and end are torn, an expired lock, half a file, and a
    /// release whose folder is empty.
    /// </summary>
    private void Fill()
    {
        foreach (var (kind, count) in new[] { ("results", 60), ("evidence", 30) })
            for (var number = 0; number < count; number++)
                File.WriteAllText(
                    Path.Combine(Directory.CreateDirectory(Path.Combine(State, kind, $"old-{number}")).FullName, "a.log"), "text");
        var manifest = ManifestReader.Read(Manifest, _ => null).Manifest!;
        new ReleaseStore(new LocalFiles(), State)
            .Save(new Release("A", "abc", new Dictionary<string, Artifact> { ["door"] = new("sha256:1", "door", 1) },
                manifest.Services, null, true, "ann", DateTimeOffset.UnixEpoch));
        Directory.CreateDirectory(Path.Combine(State, "releases", "B"));
        var journal = new Journal(new LocalFiles(), State);
        journal.Append(new JournalEntry(DateTimeOffset.UnixEpoch, "d1", JournalEvent.StepEnded, "deploy", "A", "ann", 1)
        {
            Step = StepKind.Promote, Slot = Slot.Blue, Outcome = Outcome.Done, Candidate = Slot.Blue,
        });
        File.AppendAllText(Path.Combine(State, "journal.jsonl"), "{\"torn\":");
        journal.Append(new JournalEntry(DateTimeOffset.UnixEpoch, "d2", JournalEvent.DeploymentEnded, "deploy", "A", "ann", 2)
        {
            Outcome = Outcome.Failed, Ending = new(Failure.Locked),
        });
        File.AppendAllText(Path.Combine(State, "journal.jsonl"), "{\"at\":");
        File.WriteAllText(Path.Combine(State, "lock.json"), "{ half");
        File.WriteAllText(Path.Combine(State, "target"), "process\n");
        File.WriteAllText(Path.Combine(State, "stranger.txt"), "not the runner's");
    }

    /// <summary>Every file and folder with its time, and each file's size and content.</summary>
    private List<string> Snapshot() => [.. new DirectoryInfo(State).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
        .Append(new DirectoryInfo(State)).Select(entry =>
            entry is FileInfo file
                ? $"{file.FullName} {file.Length} {file.LastWriteTimeUtc:O} "
                    + $"{Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file.FullName)))}"
                : $"{entry.FullName} {entry.LastWriteTimeUtc:O}")
        .Order(StringComparer.Ordinal)];

    private Task GitAsync(params string[] arguments) =>
        CliWrap.Cli.Wrap("git").WithArguments(arguments).WithWorkingDirectory(_folder.FullName).ExecuteAsync(Stop).Task;
}
