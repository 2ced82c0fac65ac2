using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms.Compose;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Compose;

/// <summary>When images travel without the layers that a host has, and when they are sent whole after all.</summary>
public sealed class SocketTransportTests
{
    private const string Base = "sha256:base", Own = "sha256:own";
    private readonly EngineOfImages _here = new();
    private readonly EngineOfImages _there = new();
    private readonly List<Command> _carried = [];
    private readonly List<string> _said = [];
    private int _connections = 1;

    public SocketTransportTests()
    {
        _here.Images["shop/api:v2"] = new("sha256:two") { Layers = [Base, Own] };
        _there.Images["shop/api:v1"] = new("sha256:one") { Layers = [Base, "sha256:former"] };
        _here.Answers["docker version --format '{{.Server.Version}}'"] = "26.1.5+dfsg1\n";
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Layers_that_the_host_has_stay_here()
    {
        await SendAsync(_ => null);
        _carried.Should().ContainSingle().Which.Variables["WITHOUT"].Should().Be("blobs/sha256/base");
        _said.Should().BeEmpty();
    }

    [Theory]
    [InlineData("an older engine here")]
    [InlineData("containerd's store here")]
    [InlineData("containerd's store there")]
    [InlineData("a host without images")]
    [InlineData("a host with other images")]
    [InlineData("a host that does not say what it has")]
    public async Task Images_are_sent_whole_where_nothing_may_stay_here(string why)
    {
        const string containerd = """[["driver-type","io.containerd.snapshotter.v1"]]""";
        if (why == "an older engine here") _here.Answers["docker version --format '{{.Server.Version}}'"] = "24.0.9\n";
        if (why == "containerd's store here") _here.Answers["docker info"] = containerd;
        if (why == "containerd's store there") _there.Answers["docker info"] = containerd;
        if (why == "a host without images") _there.Images.Clear();
        if (why == "a host with other images") _there.Images["shop/api:v1"] = new("sha256:one") { Layers = ["sha256:other", Base] };
        if (why == "a host that does not say what it has") _there.Errors["docker image ls"] = "no";
        await SendAsync(_ => null);
        _carried.Should().ContainSingle().Which.Variables.Should().NotContainKey("WITHOUT");
        _said.Should().BeEmpty();
    }

    [Fact]
    public async Task Images_that_the_host_does_not_take_without_its_layers_are_sent_whole_with_a_line_in_the_log()
    {
        await SendAsync(carry => carry.Variables.ContainsKey("WITHOUT") ? "tar: no\nopen blobs/sha256/base: no such file" : null);
        _carried.Select(carry => carry.Variables.ContainsKey("WITHOUT")).Should().Equal(true, false);
        _said.Should().ContainSingle().Which.Should().Be("ssh://there does not take the images without the layers it has, so they are "
            + "sent whole: open blobs/sha256/base: no such file");
    }

    [Fact]
    public async Task An_image_that_does_not_arrive_without_the_layers_of_the_host_is_sent_whole()
    {
        await SendAsync(_ => null, arrives: carry => !carry.Variables.ContainsKey("WITHOUT"));
        _carried.Should().HaveCount(2);
        _said.Should().ContainSingle().Which.Should().Contain("one is not there afterwards");
    }

    [Theory]
    [InlineData("write /layer: no space left on device", 1)]
    [InlineData("it did not end within 1800 s and was ended", CommandResult.TimedOut)]
    [InlineData("unexpected EOF", 1)]
    public async Task A_full_disk_a_cut_connection_and_a_time_that_ran_out_are_no_reason_to_send_the_whole(string error, int code)
    {
        var sending = () => SendAsync(_ =>
        {
            if (error == "unexpected EOF") _connections++;
            return error;
        }, code);
        (await sending.Should().ThrowAsync<EngineException>()).Which.Message.Should().Contain(error);
        _carried.Should().ContainSingle();
        _said.Should().BeEmpty();
    }

    [Fact]
    public async Task An_engine_that_ended_here_is_named_and_not_asked_again()
    {
        var sending = () => SendAsync(_ =>
        {
            _here.Errors["docker version"] = "Cannot connect to the Docker daemon";
            return "Cannot connect to the Docker daemon";
        });
        (await sending.Should().ThrowAsync<EngineException>()).Which.Failure.Should().Be(Failure.Unreachable);
        _carried.Should().ContainSingle();
    }

    /// <param name="error">How an attempt fails; null where it does not.</param>
    private Task SendAsync(Func<Command, string?> error, int code = 1, Func<Command, bool>? arrives = null)
    {
        var host = new Elsewhere(_there, new LocalHost(new Carrying(_here, carry =>
        {
            _carried.Add(carry);
            if (error(carry) is { } wrong) return new(carry, code, "", wrong);
            if (arrives?.Invoke(carry) ?? true) _there.Images["shop/api:v2"] = _here.Images["shop/api:v2"];
            return new(carry, 0, "", "");
        }))) { Way = new("there", () => _connections, _ => Task.CompletedTask) };
        return new SocketTransport(host, new(host), new(host.Workshop), _said.Add).SendAsync([("shop/api:v2", "sha256:two")], Stop);
    }

    private sealed class Carrying(IExecutor engine, Func<Command, CommandResult> carry) : IExecutor
    {
        public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken) =>
            command.Program == "/bin/sh" ? Task.FromResult(carry(command)) : engine.RunAsync(command, onLine, cancellationToken);
    }
}
