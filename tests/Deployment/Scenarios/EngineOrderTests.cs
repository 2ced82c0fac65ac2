using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// What an order over the socket does to a real engine is what the <c>docker</c> program has it do. Each is given to twins.
/// </summary>
[Trait(Sample.Turn, "4")]
public sealed partial class EngineOrderTests : IAsyncLifetime
{
    private const string ByProgram = "p", BySocket = "s";
    private static readonly string[] Twins = [ByProgram, BySocket];
    private readonly string _name = $"order-{Guid.NewGuid().ToString("N")[..8]}";
    private readonly LocalExecutor _program = new(TimeProvider.System);
    private EngineSocket _socket = null!;
    private string _image = "";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [GeneratedRegex("\\b[0-9a-f]{12}([0-9a-f]{52})?\\b")]
    private static partial Regex Id { get; }

    public async ValueTask InitializeAsync()
    {
        var target = new ComposeUnderTest();
        await target.RequireAsync(Stop);
        var path = EngineSocket.PathIn(Environment.GetEnvironmentVariable);
        Assert.SkipWhen(path is null, "DOCKER_HOST or a context leads docker past a socket here, so every order is run");
        _socket = new(new NoProgram(), path, TimeProvider.System);
        _image = Environment.GetEnvironmentVariable("CHAINBRIDGE_RUNTIME_IMAGE") ?? target.Variables["CHAINBRIDGE_RUNTIME_IMAGE"]!;
        foreach (var container in Twins.SelectMany(twin => new[] { One(twin), Two(twin) }))
            await Shell.RunAsync("/", Stop, "docker", "create", "--name", container, "--volume", "/data", "--entrypoint", "sleep", _image,
                "1000");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var twin in Twins)
        {
            await Shell.TryAsync("/", CancellationToken.None, "docker", "rm", "--force", "--volumes", One(twin), Two(twin));
            await Shell.TryAsync("/", CancellationToken.None, "docker", "network", "rm", Network(twin));
            await Shell.TryAsync("/", CancellationToken.None, "docker", "image", "rm", $"{Tag(twin)}:v1", $"there:5000/{Tag(twin)}");
        }
    }

    [Fact]
    public async Task Every_order_does_over_the_socket_what_it_does_by_the_program()
    {
        await GiveAsync(twin => DockerCommands.CreateNetwork(Network(twin), $"chainbridge.test={_name}", "bare"));
        await GiveAsync(twin => DockerCommands.CreateNetwork(Network(twin)), fails: true);
        await SameAsync("network", Network, "Driver", "Scope", "EnableIPv6", "Internal", "Attachable", "Options", "Labels");
        await GiveAsync(twin => DockerCommands.Connect(Network(twin), One(twin), "door", "gate"));
        await GiveAsync(twin => DockerCommands.Connect(Network(twin), Two(twin)));
        await GiveAsync(twin => DockerCommands.Connect(Network(twin), "no-such-container"), fails: true);
        await GiveAsync(twin => DockerCommands.Start(One(twin)));
        await GiveAsync(twin => DockerCommands.Start(One(twin)));
        await GiveAsync(twin => DockerCommands.Start(Two(twin)));
        await GiveAsync(_ => DockerCommands.Start("no-such-container"), fails: true);
        await GiveAsync(twin => DockerCommands.Connect($"{Network(twin)}-gone", One(twin)), fails: true);
        foreach (Func<string, string> container in new[] { One, Two })
            await SameAsync("container", container, "NetworkSettings.Networks.*.Aliases", "NetworkSettings.Networks.*.DNSNames",
                "NetworkSettings.Networks.*.IPAMConfig", "NetworkSettings.Networks.*.Links", "State.Running");
        await GiveAsync(twin => DockerCommands.Disconnect(Network(twin), Two(twin)));
        await GiveAsync(twin => DockerCommands.Disconnect(Network(twin), Two(twin)), fails: true);
        await GiveAsync(twin => DockerCommands.RemoveNetwork(Network(twin)), fails: true);
        var volumes = await Task.WhenAll(Twins.Select(async twin => Text(await InspectAsync("container", One(twin)), "Mounts.0.Name")));
        await GiveAsync(twin => DockerCommands.Stop([One(twin), Two(twin)], TimeSpan.FromSeconds(1)));
        await SameAsync("container", One, "State.Running", "State.ExitCode", "NetworkSettings.Networks.*.Aliases");
        await GiveAsync(twin => DockerCommands.Stop([One(twin)], TimeSpan.FromSeconds(1)));
        await GiveAsync(twin => DockerCommands.Stop([One(twin), "no-such-container"], TimeSpan.FromSeconds(1)), fails: true);
        await GiveAsync(twin => DockerCommands.Remove([One(twin), "no-such-container"]));
        await GiveAsync(twin => DockerCommands.Remove([Two(twin)]));
        foreach (var volume in volumes)
            (await Shell.TryAsync("/", Stop, "docker", "volume", "inspect", volume)).ExitCode.Should().Be(1, "it went with its container");
        await GiveAsync(twin => DockerCommands.RemoveNetwork(Network(twin)));
        await GiveAsync(twin => DockerCommands.RemoveNetwork(Network(twin)), fails: true);
        await GiveAsync(twin => DockerCommands.Tag(_image, $"{Tag(twin)}:v1"));
        await GiveAsync(twin => DockerCommands.Tag($"{Tag(twin)}:v1", $"there:5000/{Tag(twin)}"));
        await GiveAsync(twin => DockerCommands.Tag("no-such-image", Tag(twin)), fails: true);
        await GiveAsync(twin => DockerCommands.Tag(_image, $"a/NO/{Tag(twin)}"), fails: true);
        await SameAsync("image", twin => $"{Tag(twin)}:v1", "Id");
        await SameAsync("image", twin => $"there:5000/{Tag(twin)}", "Id");
        await GiveAsync(twin => DockerCommands.RemoveImages([$"{Tag(twin)}:v1", "no-such-image", $"there:5000/{Tag(twin)}"]), fails: true);
        foreach (var twin in Twins)
            (await Shell.RunAsync("/", Stop, "docker", "image", "ls", "--quiet", "--filter", $"reference=*{Tag(twin)}*"))
                .Should().BeEmpty();
    }

    private async Task GiveAsync(Func<string, Command> order, bool fails = false)
    {
        var printed = await _program.RunAsync(order(ByProgram), null, Stop);
        var answered = await _socket.RunAsync(order(BySocket), null, Stop);
        printed.Succeeded.Should().Be(!fails, printed.Evidence);
        answered.ExitCode.Should().Be(printed.ExitCode, answered.Evidence);
        // A newer program says that an option has a newer name.
        var lines = printed.Output.Split('\n').Where(line => !line.StartsWith("Flag --", StringComparison.Ordinal));
        Of(answered.Output).Should().Be(Of(string.Join('\n', lines)), "{0}", order(BySocket));
        const string engine = "from daemon: ";
        foreach (var line in printed.Errors.Split('\n').Where(line => line.Contains(engine, StringComparison.Ordinal)))
            Of(answered.Errors).Should().Contain(Of(line.Split(engine)[1]), "it is the engine's message");
        if (fails) answered.Errors.Should().NotBeEmpty();
    }

    /// <summary>Compares parts of what the engine says of both; a star stands for the network of the twins.</summary>
    private async Task SameAsync(string kind, Func<string, string> name, params string[] parts)
    {
        var (one, other) = (await InspectAsync(kind, name(ByProgram)), await InspectAsync(kind, name(BySocket)));
        foreach (var part in parts)
            Of(Text(other, part.Replace("*", Network(BySocket), StringComparison.Ordinal)))
                .Should().Be(Of(Text(one, part.Replace("*", Network(ByProgram), StringComparison.Ordinal))), "{0} of {1}", part, kind);
    }

    private static async Task<JsonNode> InspectAsync(string kind, string name) =>
        JsonNode.Parse(await Shell.RunAsync("/", Stop, "docker", kind, "inspect", name))![0]!;

    private static string Text(JsonNode node, string path) => $"{path.Split('.').Aggregate((JsonNode?)node, (found, step) =>
        int.TryParse(step, out var place) ? found![place] : found![step])?.ToString()}";

    /// <summary>Without what tells twins apart.</summary>
    private string Of(string text) => Id.Replace(
        Regex.Replace(text, $"{_name}-(.*?)-[{ByProgram}{BySocket}]\\b", "$1"), "id").Replace("\r", "", StringComparison.Ordinal);

    private string One(string twin) => $"{_name}-one-{twin}";

    private string Two(string twin) => $"{_name}-two-{twin}";

    private string Network(string twin) => $"{_name}-net-{twin}";

    private string Tag(string twin) => $"{_name}-tag-{twin}";

    private sealed class NoProgram : IExecutor
    {
        public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken) =>
            throw new InvalidOperationException($"the socket took no order: {command}");
    }
}
