using System.Text.Json;
using ChainBridge.DeployRunner;
using ChainBridge.DeployRunner.Cli;
using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Tests.Unit.Engine.Notifications;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.DeployRunner.Cli;

/// <summary>The runner and the places that its manifest names under <c>notify</c>.</summary>
public sealed class NotifyTests : IDisposable
{
    private const string Secret = "s3cr3t-of-the-hook";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notify-");
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();
    private readonly Dictionary<string, string> _environment = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Manifest => Path.Combine(_folder.FullName, "chainbridge.yml");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_run_that_fails_is_notified_of_to_every_place_with_its_exit_code_and_links()
    {
        await using var receiver = await Receiver.StartAsync(Stop);
        Write($$"""
            notify:
              - { webhook: {{receiver.Address}}hook, secret: HOOK_KEY, environments: [staging] }
              - { slack: CHAT }
              - { slack: CHAT, on: [deployed] }
              - { slack: CHAT, environments: [production] }
            """);
        _environment["CHAT_FILE"] = Path.Combine(_folder.FullName, "chat");
        await File.WriteAllTextAsync(_environment["CHAT_FILE"], $"{receiver.Address}chat\n", Stop);
        foreach (var (name, value) in new[]
        {
            ("HOOK_KEY", Secret), ("GITHUB_ACTOR", "bo"), ("GITHUB_SERVER_URL", "https://github.com"), ("GITHUB_REPOSITORY", "acme/shop"),
            ("GITHUB_RUN_ID", "7"),
        }) _environment[name] = value;
        (await RunAsync("rollback")).Should().Be(ExitCode.NoSuchRelease);
        receiver.Requests.Select(got => got.Path).Order().Should().Equal("/chat", "/hook");
        var body = JsonDocument.Parse(receiver.Requests.Single(got => got.Path == "/hook").Body).RootElement;
        (body.GetProperty("verdict").GetString(), body.GetProperty("exitCode").GetInt32(), body.GetProperty("actor").GetString(),
            body.GetProperty("verb").GetString()).Should().Be(("failed", 17, "bo", "rollback"));
        body.GetProperty("links").GetProperty("run").GetString().Should().Be("https://github.com/acme/shop/actions/runs/7");
        body.GetProperty("links").GetProperty("environment").GetString().Should().Be("https://staging.example.org");
        body.GetProperty("next").GetString().Should().Contain("deployrunner versions");
    }

    [Theory]
    [InlineData("deploy", ExitCode.PreflightRefused, false)]
    [InlineData("rollback", ExitCode.NoSuchRelease, false)]
    [InlineData("versions", ExitCode.Done, true)]
    [InlineData("status", ExitCode.NoSuchRelease, true)]
    [InlineData("plan", ExitCode.PreflightRefused, true)]
    [InlineData("resume", ExitCode.Done, true)]
    [InlineData("down", ExitCode.Done, true)]
    public async Task Nothing_is_sent_without_notify_and_of_a_verb_that_changes_no_release(string verb, ExitCode code, bool notify)
    {
        await using var receiver = await Receiver.StartAsync(Stop);
        Write(notify ? $"notify: [{{ webhook: {receiver.Address}, secret: HOOK_KEY }}]" : "");
        _environment["HOOK_KEY"] = Secret;
        (await RunAsync(verb)).Should().Be(code, _errors.ToString());
        receiver.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_missing_secret_is_a_warning_of_validate_and_of_the_run_and_refuses_nothing()
    {
        await using var receiver = await Receiver.StartAsync(Stop);
        Write($$"""
            notify:
              - { webhook: {{receiver.Address}}, secret: HOOK_KEY }
              - { slack: "${CHAT}" }
            """);
        _environment["CHAT"] = "no address";
        (await RunAsync("validate")).Should().Be(ExitCode.Done);
        _output.ToString().Should().Contain($"{Manifest}:8:").And.Contain("neither HOOK_KEY nor HOOK_KEY_FILE is set");
        _output.GetStringBuilder().Clear();
        (await RunAsync("rollback")).Should().Be(ExitCode.NoSuchRelease);
        _output.ToString().Split("neither HOOK_KEY nor HOOK_KEY_FILE is set").Should().HaveCount(2, "it is reported once");
        _output.ToString().Should().Contain("CHAT holds no http(s) address");
        receiver.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_dead_place_changes_no_exit_code_is_reported_once_and_no_output_holds_a_secret()
    {
        await using var receiver = await Receiver.StartAsync(Stop, (context, _, got) =>
        {
            context.Response.StatusCode = 404;
            return context.Response.Body.WriteAsync(got.Body, Stop).AsTask();
        });
        Write($$"""
            notify:
              - { webhook: "${HOOK}", secret: HOOK_KEY }
              - { slack: CHAT }
              - { mail: { to: [a@example.org], from: b@example.org, server: "smtp://ci@127.0.0.1:1", password: MAIL_KEY } }
              - { github: { repository: acme/shop, api: {{receiver.Address}}, token: HUB_KEY } }
            """);
        var secrets = new Dictionary<string, string>
        {
            ["HOOK"] = $"{receiver.Address}hook/t0ken-in-path", ["HOOK_KEY"] = Secret, ["CHAT"] = $"{receiver.Address}chat/t0ken-of-chat",
            ["MAIL_KEY"] = "s3cr3t-of-mail", ["HUB_KEY"] = "ghp_s3cr3t",
        };
        foreach (var (name, value) in secrets) _environment[name] = value;
        (await RunAsync("--output json rollback")).Should().Be(ExitCode.NoSuchRelease);
        var lines = _errors.ToString().Split('\n').Where(line => line.Contains("did not get the notification", StringComparison.Ordinal))
            .ToList();
        lines.Should().HaveCount(3, "GitHub has nothing to do without a commit: {0}", _errors.ToString());
        lines.Should().ContainSingle(line => line.Contains("the webhook at 127.0.0.1", StringComparison.Ordinal))
            .And.ContainSingle(line => line.Contains("the Slack webhook at 127.0.0.1", StringComparison.Ordinal))
            .And.ContainSingle(line => line.Contains("mail through 127.0.0.1", StringComparison.Ordinal));
        foreach (var secret in secrets.Values.Append("t0ken").Append("hook/"))
            $"{_output}{_errors}".Should().NotContain(secret);
        _output.ToString().TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("event").GetString())
            .Last().Should().Be("finished");
    }

    private void Write(string notify) => File.WriteAllText(Manifest, $$"""
        project: shop
        services: { api: { image: shop/api, port: 80, public: true } }
        gates: { smoke: { probes: [ { path: / } ] } }
        environments:
          staging: { target: process, stateDirectory: state, url: https://staging.example.org }
          production: { target: process }
        """ + $"\n{notify}\n");

    private Task<ExitCode> RunAsync(string line) => EntryPoint.RunAsync(
        ["--manifest", Manifest, "--environment", "staging", .. line.Split(' ')],
        new Surroundings(_output, _errors, Terminal: false, _environment, TimeProvider.System, (_, _, _, _, _, _) => new FakeTarget(),
            (_, _) => Task.FromResult(false), (_, _, _) => Task.FromResult(new ComposeAnswer(null, null, "not asked in this test"))), Stop);
}
