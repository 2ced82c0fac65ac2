using System.Formats.Tar;
using System.Security.Cryptography;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Hosts.Ssh;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Ssh;

/// <summary>
/// What travels of an image to a host with a real engine, over a real SSH server. There is one engine here: it is the host's, and what
/// another one would save is the archive that this one saved before it lost the image.
/// </summary>
[Trait(Sample.Turn, "9")]
public sealed class KnownLayersTests : IAsyncLifetime
{
    private const int Bytes = 1 << 20;
    private readonly LocalSshd _server = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chainbridge-layers-");
    private readonly string _name = $"layers-{Guid.NewGuid().ToString("N")[..8]}";
    private readonly List<string> _said = [];
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(Bytes);
    private string _inspected = "";
    private ImageInfo _image = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Base => $"{_name}:base";

    private string Own => $"{_name}:own";

    public async ValueTask InitializeAsync()
    {
        LocalSshd.Require();
        await new ComposeUnderTest().RequireAsync(Stop);
        Assert.SkipWhen(EngineSocket.PathIn(Environment.GetEnvironmentVariable) != "/var/run/docker.sock",
            "docker uses another engine here than a host over SSH has");
        Assert.SkipWhen(await new DockerEngine(new LocalExecutor(TimeProvider.System)).HasContainerdStoreAsync(Stop),
            "the engine keeps images in containerd's store, and then all are sent whole");
        await _server.InitializeAsync();
        await MakeAsync();
        await ProgramAsync("docker", $"""
            case $1 in
                save) exec cat {_folder}/own.tar ;;
                load)
                    [ ! -e {_folder}/lose ] || {Real("image rm")} {Base} >&2
                    tee {_folder}/sent-$(ls {_folder} | grep -c ^sent).tar | {Real("load")} ;;
            esac
            """);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var image in new[] { Own, Base }) await Shell.TryAsync("/", CancellationToken.None, "docker", "image", "rm", image);
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Only_the_layer_that_the_host_lacks_travels_and_the_image_is_whole_there()
    {
        await SendAsync();
        Sent().Should().ContainSingle().Which.Should().Contain(Blob(1)).And.NotContain(Blob(0));
        Archive(0).Length.Should().BeLessThan(Bytes / 10);
        await IsWholeThereAsync();
        _said.Should().BeEmpty();
    }

    [Fact]
    public async Task To_a_host_without_any_of_its_layers_an_image_is_sent_whole_at_once()
    {
        await Shell.RunAsync("/", Stop, "docker", "image", "rm", Base);
        await SendAsync();
        Sent().Should().ContainSingle().Which.Should().Contain(Blob(0)).And.Contain(Blob(1));
        await IsWholeThereAsync();
    }

    [Fact]
    public async Task A_host_that_lost_an_image_after_it_was_asked_gets_the_whole_archive_and_a_line_in_the_log_says_so()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "lose"), "", Stop);
        await SendAsync();
        Sent().Should().HaveCount(2);
        Sent()[0].Should().NotContain(Blob(0));
        Sent()[1].Should().Contain(Blob(0)).And.Contain(Blob(1));
        await IsWholeThereAsync();
        _said.Should().ContainSingle().Which.Should().Contain("so they are sent whole: open ").And.Contain("no such file");
    }

    [Theory]
    [InlineData("exit 2")]
    [InlineData("cat; exit 2")]
    [InlineData("exec REAL \"$@\" blobs/sha256/none")]
    public async Task A_tar_that_does_not_take_the_layers_out_leads_to_the_whole_archive(string tar)
    {
        var real = await Shell.RunAsync("/", Stop, "which", "tar");
        await ProgramAsync("tar", tar.Replace("REAL", real, StringComparison.Ordinal));
        await SendAsync();
        Sent()[^1].Should().Contain(Blob(0)).And.Contain(Blob(1));
        await IsWholeThereAsync();
        _said.Should().ContainSingle();
    }

    /// <summary>Two images of one engine; the second is then known from its archive only. No build: its cache would keep layers.</summary>
    private async Task MakeAsync()
    {
        await using (var tar = new TarWriter(File.Create(Path.Combine(_folder.FullName, "base.tar"))))
            await tar.WriteEntryAsync(
                new UstarTarEntry(TarEntryType.RegularFile, "base") { DataStream = new MemoryStream(_content) }, Stop);
        var own = Path.Combine(_folder.FullName, "own");
        await File.WriteAllBytesAsync(own, RandomNumberGenerator.GetBytes(4000), Stop);
        await Shell.RunAsync("/", Stop, "docker", "import", Path.Combine(_folder.FullName, "base.tar"), Base);
        await Shell.RunAsync("/", Stop, "docker", "create", "--name", _name, Base, "none");
        await Shell.RunAsync("/", Stop, "docker", "cp", own, $"{_name}:/own");
        await Shell.RunAsync("/", Stop, "docker", "commit", _name, Own);
        await Shell.RunAsync("/", Stop, "docker", "rm", _name);
        _inspected = await Shell.RunAsync("/", Stop, "docker", "image", "inspect", Own);
        _image = ImageInfo.Read(_inspected);
        await Shell.RunAsync("/", Stop, "docker", "save", "--output", Path.Combine(_folder.FullName, "own.tar"), Own);
        await Shell.RunAsync("/", Stop, "docker", "image", "rm", Own);
    }

    private async Task SendAsync()
    {
        using var host = await SshHost.OpenAsync(_server.Target(), new LocalExecutor(TimeProvider.System), TimeProvider.System, null, Stop,
            new LocalHost(new Elsewhere(this)));
        await new ImageTransport(host, new(host), new(host.Workshop), say: _said.Add).SendAsync([(Own, _image.Id)], Stop);
    }

    private async Task IsWholeThereAsync()
    {
        (await Shell.RunAsync("/", Stop, "docker", "image", "inspect", "--format", "{{.Id}}", Own)).Should().Be(_image.Id);
        await Shell.RunAsync("/", Stop, "docker", "create", "--name", _name, Own, "none");
        await Shell.RunAsync("/", Stop, "docker", "cp", $"{_name}:/base", Path.Combine(_folder.FullName, "arrived"));
        await Shell.RunAsync("/", Stop, "docker", "rm", _name);
        (await File.ReadAllBytesAsync(Path.Combine(_folder.FullName, "arrived"), Stop)).Should().Equal(_content);
    }

    /// <summary>Names of the files in each archive that came to the engine.</summary>
    private List<List<string>> Sent() =>
        [.. Enumerable.Range(0, _folder.GetFiles("sent-*.tar").Length).Select(archive => Names(Archive(archive)))];

    private FileInfo Archive(int place) => new(Path.Combine(_folder.FullName, $"sent-{place}.tar"));

    private static List<string> Names(FileInfo archive)
    {
        var names = new List<string>();
        if (archive.Length == 0) return names;
        using var reader = new TarReader(archive.OpenRead());
        while (reader.GetNextEntry() is { } entry) names.Add(entry.Name);
        return names;
    }

    private string Blob(int layer) => $"blobs/{_image.Layers[layer].Replace(':', '/')}";

    private static string Real(string command) => $"PATH={Environment.GetEnvironmentVariable("PATH")} docker {command}";

    private async Task ProgramAsync(string name, string script)
    {
        var program = Path.Combine(_folder.FullName, "bin", name);
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        await File.WriteAllTextAsync(program, $"#!/bin/sh\n{script}\n", Stop);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    /// <summary>The machine where the image was built.</summary>
    private sealed class Elsewhere(KnownLayersTests test) : IExecutor
    {
        private readonly LocalExecutor _programs = new(TimeProvider.System);

        public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken) =>
            command.Arguments is ["image", "inspect", ..]
                ? Task.FromResult(new CommandResult(command, 0, test._inspected, ""))
                : _programs.RunAsync(command.Program != "/bin/sh" ? command : command with
                {
                    Variables = new Dictionary<string, string?>(command.Variables)
                    {
                        ["PATH"] = $"{test._folder}/bin:{Environment.GetEnvironmentVariable("PATH")}",
                    },
                }, onLine, cancellationToken);
    }
}
