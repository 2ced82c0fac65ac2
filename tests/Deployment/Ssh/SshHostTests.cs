using System.Net;
using System.Net.Http;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Hosts.Ssh;
using ChainBridge.Engine.Model;
using ChainBridge.Tests.Deployment.Harness;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Ssh;

/// <summary>A host over a real SSH server: how it is reached, how it is not, and what a cut does.</summary>
[Trait(Sample.Turn, "9")]
public sealed class SshHostTests : IAsyncLifetime
{
    private readonly LocalSshd _server = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        LocalSshd.Require();
        await _server.InitializeAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_host_that_is_reached_tells_of_itself_and_leaves_nothing_when_it_is_let_go()
    {
        string folder;
        using (var host = await OpenAsync())
        {
            folder = FolderOf(host);
            host.Facts.User.Should().Be(Environment.UserName);
            host.Facts.Home.Should().Be(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));
            host.Facts.Ahead.Duration().Should().BeLessThan(TimeSpan.FromSeconds(5));
            File.GetUnixFileMode(folder).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Mentioning(folder).Should().NotBeEmpty();
        }

        Directory.Exists(folder).Should().BeFalse();
        Mentioning(folder).Should().BeEmpty();
    }

    [Fact]
    public async Task A_host_key_that_is_not_known_is_refused_with_its_fingerprint()
    {
        await _server.KnowAsync(null);
        (await FailureAsync()).Message.Should().Contain("its host key is not known here").And.Contain(_server.Fingerprint);
        (await File.ReadAllTextAsync(_server.KnownHosts, Stop)).Should().BeEmpty("nothing is believed by itself");
    }

    [Fact]
    public async Task A_host_key_that_changed_is_refused_with_its_fingerprint_and_the_place_of_the_old_one()
    {
        await _server.KnowAsync("other_key");
        (await FailureAsync()).Message.Should().Contain("another one than the known one").And.Contain(_server.Fingerprint)
            .And.Contain($"{_server.KnownHosts}:1");
    }

    [Fact]
    public async Task A_key_that_the_host_does_not_take_is_told_from_a_host_that_is_away()
    {
        (await FailureAsync(_server.OtherKey)).Message.Should().Contain("it takes none of the keys");
        await _server.StopAsync();
        (await FailureAsync()).Message.Should().Contain("connection refused");
    }

    [Fact]
    public async Task A_key_that_is_given_as_text_opens_the_host_and_lies_nowhere_afterwards()
    {
        var key = await File.ReadAllTextAsync(_server.Key, Stop);
        File.Move(_server.Key, $"{_server.Key}.away");
        (await FailureAsync()).Message.Should().Contain("it takes none of the keys");
        // As a variable of a pipeline often has it.
        using var host = await OpenAsync(key.TrimEnd('\n').ReplaceLineEndings("\r\n"));
        Directory.GetFiles(FolderOf(host)).Select(Path.GetFileName).Should().NotContain("key");
        Processes.All().Should().NotContain(process => process.CommandLine.Contains("PRIVATE KEY", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_port_of_the_host_is_reached_through_the_connection()
    {
        using var host = await OpenAsync();
        using var service = new HttpListener();
        var port = UnusedPort.Next();
        service.Prefixes.Add($"http://127.0.0.1:{port}/");
        service.Start();
        var answering = Task.Run(async () =>
        {
            for (var asked = 0; asked < 2; asked++)
            {
                var context = await service.GetContextAsync();
                context.Response.Close("here"u8.ToArray(), willBlock: false);
            }
        }, Stop);
        var address = await host.ReachAsync(port, Stop);
        address.Port.Should().NotBe(port);
        (await host.ReachAsync(port, Stop)).Should().Be(address);
        (await AskAsync(address)).Should().Be("here");
        var before = host.Way.Connections;
        (await host.Way.CutSinceAsync(before, Stop)).Should().BeNull();
        await _server.CutAsync(Stop);
        (await host.Way.CutSinceAsync(before, Stop)).Should().NotBeNull("what failed since then shows nothing");
        host.Files.Exists("/nowhere").Should().BeFalse("the connection is made again");
        (await AskAsync(address)).Should().Be("here", "the way is there again, at the same address");
        await answering;
    }

    [Fact]
    public async Task A_cut_fails_what_was_under_way_and_the_next_call_connects_again()
    {
        using var host = await OpenAsync();
        var folder = Directory.CreateTempSubdirectory("chainbridge-cut-").FullName;
        host.Files.Write(Path.Combine(folder, "file"), "before");
        await _server.CutAsync(Stop);
        await Until.TrueAsync("the connection is there again", TimeSpan.FromSeconds(30), () => Task.FromResult(Reads(host, folder)), Stop);
        host.Files.Read(Path.Combine(folder, "file")).Should().Be("before");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task State_that_was_locked_when_the_connection_was_cut_is_changed_no_further()
    {
        using var host = await OpenAsync();
        using var rival = await OpenAsync();
        var guard = Path.Combine(Directory.CreateTempSubdirectory("chainbridge-cut-").FullName, "guard");
        var held = await host.Files.LockAsync(guard, TimeSpan.Zero, TimeProvider.System, null, Stop);
        await _server.CutAsync(Stop);
        await Until.TrueAsync("the connection is there again", TimeSpan.FromSeconds(30),
            () => Task.FromResult(Reads(host, Path.GetDirectoryName(guard)!)), Stop);
        using (await rival.Files.LockAsync(guard, TimeSpan.FromSeconds(30), TimeProvider.System, null, Stop))
        {
            var change = () => host.ChangeAsync("change it", () => throw new InvalidOperationException("it was changed"));
            (await change.Should().ThrowAsync<EngineException>()).WithMessage("*was cut while it was being changed*'change it'*");
            var command = () => host.RunAsync(Command.Of("docker", "run", "it"), null, Stop);
            await command.Should().ThrowAsync<EngineException>();
        }

        held.Dispose();
        await host.ChangeAsync("change it", () => Task.CompletedTask);
        Directory.Delete(Path.GetDirectoryName(guard)!, recursive: true);
    }

    [Fact]
    public async Task A_host_that_stays_away_is_given_up()
    {
        using var host = await OpenAsync(patience: TimeSpan.FromSeconds(1));
        await _server.StopAsync();
        await _server.CutAsync(Stop);
        FluentActions.Invoking(() => host.Files.Read("/etc/hostname")).Should().Throw<EngineException>();
        FluentActions.Invoking(() => host.Files.Read("/etc/hostname")).Should().Throw<EngineException>()
            .WithMessage("*connection refused*").Which.Failure.Should().Be(Failure.Unreachable);
    }

    private static bool Reads(SshHost host, string folder)
    {
        try
        {
            return host.Files.Folders(folder).Count >= 0;
        }
        catch (EngineException)
        {
            return false;
        }
    }

    private static async Task<string> AskAsync(Uri address)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        return await client.GetStringAsync(address, Stop);
    }

    /// <summary>The private folder of its connection.</summary>
    private static string FolderOf(SshHost host) => Path.GetDirectoryName(host.EnginePath)!;

    private static IEnumerable<Processes.Seen> Mentioning(string folder) =>
        Processes.All().Where(process => process.CommandLine.Contains(folder, StringComparison.Ordinal));

    private Task<SshHost> OpenAsync(string? key = null, TimeSpan? patience = null) => SshHost.OpenAsync(
        _server.Target(key) with { Patience = patience ?? TimeSpan.FromSeconds(30) }, new LocalExecutor(TimeProvider.System),
        TimeProvider.System, null, Stop);

    private async Task<EngineException> FailureAsync(string? key = null)
    {
        var failure = (await FluentActions.Awaiting(() => OpenAsync(key)).Should().ThrowAsync<EngineException>()).Which;
        failure.Failure.Should().Be(Failure.Unreachable);
        return failure;
    }
}
