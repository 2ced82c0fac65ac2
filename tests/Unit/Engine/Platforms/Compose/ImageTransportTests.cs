using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms.Compose;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Compose;

/// <summary>Which images travel to a host, and under which names they are known there.</summary>
public sealed class ImageTransportTests
{
    private readonly Engine _here = new();
    private readonly Engine _there = new();
    private readonly List<string> _changes = [];
    private readonly Dictionary<string, string> _registry = [];
    private readonly string _login = Path.Combine(Path.GetTempPath(), $"chainbridge-login-{Guid.NewGuid():N}");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_image_that_the_host_lacks_is_sent_by_its_name_and_one_that_it_has_is_not()
    {
        foreach (var (name, id) in new[] { ("shop/api:v1", "sha256:one"), ("shop/web:v1", "sha256:two"), ("shop/api:v2", "sha256:three") })
            _here.Images[name] = id;
        _here.Carries = _there;
        await Transport().SendAsync([("shop/api:v1", "sha256:one")], Stop);
        await Transport().SendAsync([("shop/api:v1", "sha256:one")], Stop);
        await Transport().SendAsync([("shop/web:v1", "sha256:two"), ("shop/api:v1", "sha256:one"), ("shop/api:v2", "sha256:three")], Stop);
        _changes.Should().Equal("send shop/api:v1 to ssh://there", "send shop/api:v2, shop/web:v1 to ssh://there");
        _there.Images.Keys.Should().BeEquivalentTo("shop/api:v1", "shop/web:v1", "shop/api:v2");
        _here.Ran.Where(ran => ran.StartsWith("/bin/sh", StringComparison.Ordinal)).Should().HaveCount(2);
    }

    [Fact]
    public async Task An_image_that_the_host_knows_by_another_name_gets_this_one_and_is_not_sent_again()
    {
        _there.Images["shop/api:v1"] = "sha256:one";
        await Transport().SendAsync([("shop/api:v2", "sha256:one")], Stop);
        _there.Ran.Should().Contain("docker tag sha256:one shop/api:v2");
        _changes.Should().BeEmpty();
    }

    [Fact]
    public async Task An_image_that_arrives_as_another_one_is_refused()
    {
        _here.Images["shop/api:v1"] = "sha256:one";
        _here.Carries = _there;
        _here.Renames = "sha256:other";
        (await Transport().Invoking(sent => sent.SendAsync([("shop/api:v1", "sha256:one")], Stop)).Should().ThrowAsync<EngineException>())
            .WithMessage("*has another id there than sha256:one*").Which.Failure.Should().Be(Failure.Refused);
    }

    [Fact]
    public async Task An_image_that_neither_engine_has_is_left_to_be_pulled()
    {
        (await Transport().BringAsync("postgres:15", Stop)).Should().BeFalse();
        _here.Images["postgres:15"] = "sha256:pg";
        _here.Carries = _there;
        (await Transport().BringAsync("postgres:15", Stop)).Should().BeTrue();
        (await Transport().BringAsync(new Artifact("sha256:gone", "shop/api:v0", 1), Stop)).Should().BeFalse();
    }

    [Fact]
    public async Task On_the_machine_where_it_was_built_nothing_is_sent()
    {
        var host = new LocalHost(_here, _changes.Add);
        var engine = new DockerEngine(host);
        await new ImageTransport(host, engine, engine).SendAsync([("shop/api:v1", "sha256:one")], Stop);
        _here.Ran.Should().OnlyContain(ran => ran.StartsWith("docker image inspect", StringComparison.Ordinal)
            || ran.StartsWith("docker version", StringComparison.Ordinal), "it is only asked what it is for");
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(false, true, true)]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    public async Task A_part_of_the_way_over_the_socket_that_fails_is_a_failure(bool save, bool tar, bool load)
    {
        var folder = Directory.CreateTempSubdirectory("chainbridge-carry-").FullName;
        await ProgramAsync("docker", $"case $1 in save) echo image; {End(save)} ;; load) cat >/dev/null; {End(load)} ;; esac");
        await ProgramAsync("tar", $"cat; {End(tar)}");
        Command[] ways =
        [
            DockerCommands.Carry(["shop/api:v1"], "unix:///nowhere.sock"),
            DockerCommands.Carry(["shop/api:v1"], "unix:///nowhere.sock", ["sha256:base", "sha256:other"]),
        ];
        foreach (var carry in tar ? ways : ways[1..])
        {
            var ran = await new LocalExecutor(TimeProvider.System).RunAsync(carry with
            {
                Variables = new Dictionary<string, string?>(carry.Variables)
                {
                    ["PATH"] = $"{folder}:{Environment.GetEnvironmentVariable("PATH")}",
                },
            }, null, Stop);
            ran.Succeeded.Should().Be(save && tar && load, "{0}", ran.Evidence);
        }

        Directory.Delete(folder, recursive: true);

        static string End(bool well) => well ? "true" : "exit 2";

        async Task ProgramAsync(string name, string script)
        {
            var program = Path.Combine(folder, name);
            await File.WriteAllTextAsync(program, $"#!/bin/sh\n{script}\n", Stop);
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task Through_a_registry_an_image_is_pushed_here_and_pulled_there_with_a_login_that_lies_nowhere_afterwards()
    {
        _here.Images["shop/api:v1"] = "sha256:one";
        (_here.Registry, _there.Registry) = (_registry, _registry);
        await ThroughRegistry("hunter2").SendAsync([("shop/api:v1", "sha256:one")], Stop);
        const string login = """printf %s "$REGISTRY_PASSWORD" | docker login --username "$1" --password-stdin "$2" """;
        _here.Ran.Where(ran => !ran.StartsWith("docker image inspect", StringComparison.Ordinal)).TakeLast(4).Should().Equal(
            $"/bin/sh -c '{login.TrimEnd()}' sh ci registry.test:5000",
            "docker tag sha256:one registry.test:5000/acme/shop/api:v1",
            "docker push --quiet registry.test:5000/acme/shop/api:v1", "docker image rm registry.test:5000/acme/shop/api:v1");
        _there.Ran.Should().ContainInOrder("docker pull --quiet registry.test:5000/acme/shop/api:v1",
            "docker tag registry.test:5000/acme/shop/api:v1 shop/api:v1", "docker image rm registry.test:5000/acme/shop/api:v1");
        _there.Images["shop/api:v1"].Should().Be("sha256:one");
        _here.Ran.Concat(_there.Ran).Should().NotContain(ran => ran.Contains("hunter2", StringComparison.Ordinal));
        Directory.Exists(_login).Should().BeFalse();
    }

    [Fact]
    public async Task A_login_that_a_killed_runner_left_goes_with_the_next_run_and_one_of_a_living_runner_stays()
    {
        var (dead, living) = (Directory.CreateDirectory(Path.Combine(_login, "2147483646")).FullName,
            Directory.CreateDirectory(Path.Combine(_login, $"{Environment.ProcessId}")).FullName);
        _there.Images["shop/api:v1"] = "sha256:one";
        await ThroughRegistry("hunter2").SendAsync([("shop/api:v1", "sha256:one")], Stop);
        Directory.Exists(dead).Should().BeFalse();
        Directory.Exists(living).Should().BeTrue();
        Directory.Delete(_login, recursive: true);
    }

    [Fact]
    public async Task An_image_of_an_old_release_is_pulled_again_and_only_its_recorded_id_counts()
    {
        _there.Registry = _registry;
        _registry["registry.test:5000/acme/shop/api:v0"] = "sha256:moved";
        (await ThroughRegistry("hunter2").BringAsync(new Artifact("sha256:zero", "shop/api:v0", 1), Stop)).Should().BeFalse();
        _registry["registry.test:5000/acme/shop/api:v0"] = "sha256:zero";
        (await ThroughRegistry("hunter2").BringAsync(new Artifact("sha256:zero", "shop/api:v0", 1), Stop)).Should().BeTrue();
    }

    [Fact]
    public async Task A_registry_without_its_password_is_refused_with_the_variable_that_lacks()
    {
        _here.Images["shop/api:v1"] = "sha256:one";
        (await ThroughRegistry(null).Invoking(sent => sent.SendAsync([("shop/api:v1", "sha256:one")], Stop)).Should()
            .ThrowAsync<EngineException>()).WithMessage("chainbridge.yml:9:3: neither CI_PASSWORD nor CI_PASSWORD_FILE is set")
            .Which.Failure.Should().Be(Failure.Usage);
    }

    [Fact]
    public async Task A_registry_that_refuses_a_push_ends_the_run_and_leaves_no_login()
    {
        _here.Images["shop/api:v1"] = "sha256:one";
        (await ThroughRegistry("hunter2").Invoking(sent => sent.SendAsync([("shop/api:v1", "sha256:one")], Stop)).Should()
            .ThrowAsync<EngineException>()).WithMessage("*no registry answers*").Which.Failure.Should().Be(Failure.Refused);
        Directory.Exists(_login).Should().BeFalse();
    }

    private ImageTransport Transport() => Transport(_ => null);

    private ImageTransport ThroughRegistry(string? password) => Transport(host =>
    {
        var (workshop, registry) = (new DockerEngine(host.Workshop),
            new RegistrySpec("registry.test:5000/acme", "ci", new("CI_PASSWORD", "chainbridge.yml:9:3")));
        return new(host, new DockerEngine(host), workshop, registry, new(host, workshop, registry, _login, _ => password),
            TimeProvider.System);
    });

    private ImageTransport Transport(Func<IHost, RegistryTransport?> registry)
    {
        var host = new Elsewhere(_there, new LocalHost(_here), _changes);
        return new(host, new DockerEngine(host), new DockerEngine(host.Workshop), registry(host));
    }

    /// <summary>Knows images by name and id.</summary>
    private sealed class Engine : IExecutor
    {
        public Dictionary<string, string> Images { get; } = [];

        public List<string> Ran { get; } = [];

        /// <summary>Where its images are led to.</summary>
        public Engine? Carries { get; set; }

        /// <summary>What a registry has, by name; null where none answers.</summary>
        public Dictionary<string, string>? Registry { get; set; }

        /// <summary>The id an image has there; null for its own.</summary>
        public string? Renames { get; set; }

        public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken)
        {
            Ran.Add(command.ToString());
            if (command.Arguments is ["image", "inspect", var image])
                return Images.GetValueOrDefault(image, Images.ContainsValue(image) ? image : "") is { Length: > 0 } id
                    ? Answer($$$"""[{"Id":"{{{id}}}","Size":7,"Config":{}}]""")
                    : Task.FromResult(new CommandResult(command, 1, "", "no such image"));
            switch (command.Arguments)
            {
                case ["version", .., var asked]: return Answer(asked.Contains("Arch", StringComparison.Ordinal) ? "linux/amd64" : "26");
                case ["manifest", ..]: return Task.FromResult(new CommandResult(command, 1, "", "no such manifest"));
                case ["tag", var from, var tag]:
                    Images[tag] = Images.GetValueOrDefault(from, from);
                    return Answer("");
                case ["push", .., var pushed]:
                    if (Registry is null) return Task.FromResult(new CommandResult(command, 1, "", "no registry answers"));
                    Registry[pushed] = Images[pushed];
                    return Answer("");
                case ["pull", .., var pulled] when Registry?.GetValueOrDefault(pulled) is { } pulledId:
                    Images[pulled] = pulledId;
                    return Answer("");
                case ["-c", ..] when command.Variables.ContainsKey("REGISTRY_PASSWORD"):
                    Directory.Exists(command.Variables["DOCKER_CONFIG"]).Should().BeTrue();
                    return Answer("");
            }

            if (command.Program == "/bin/sh")
            {
                command.Variables["TO_ENGINE"].Should().Be("unix:///private/docker.sock");
                foreach (var name in command.Arguments.Skip(3)) Carries!.Images[name] = Renames ?? Images[name];
            }

            return Answer("");

            Task<CommandResult> Answer(string output) => Task.FromResult(new CommandResult(command, 0, output, ""));
        }
    }
}
