using System.Text.Json;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Registration;
using ChainBridge.Engine.Steps;
using ChainBridge.Tests.Unit.Engine.Notifications;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Registration;

/// <summary>The models of a release: found in a real clone, put to a registry over a socket, at their place in a deployment.</summary>
public sealed class ModelsTests : IDisposable
{
    private readonly World _world = new();
    private readonly Clone _clone = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _world.Dispose();
        _clone.Dispose();
    }

    [Fact]
    public async Task Models_are_registered_with_version_and_environment_once_the_release_is_stable()
    {
        Write("models/risk.sig.json", """{"inputs":["amount"]}""");
        Write("models/deep/route.sig.json", "{}");
        Write("models/notes.json", "{}");
        await using var registry = await Receiver.StartAsync(Stop);
        Use(registry, required: false);
        (await _world.DeployAsync("A")).Failure.Should().BeNull();
        (await _world.DeployAsync("A")).Failure.Should().BeNull();

        registry.Requests.Select(got => $"{got.Method} {got.Path}").Should()
            .Equal("PUT /api/route", "PUT /api/risk", "PUT /api/route", "PUT /api/risk");
        var body = JsonDocument.Parse(registry.Requests[1].Body).RootElement;
        body.GetProperty("name").GetString().Should().Be("risk");
        body.GetProperty("version").GetString().Should().Be("A");
        body.GetProperty("environment").GetString().Should().Be("staging");
        body.GetProperty("signature").GetProperty("inputs")[0].GetString().Should().Be("amount");
        registry.Requests[1].Headers["Authorization"].Should().Be("Bearer hunter2");
        registry.Requests.Select(got => got.Headers["Idempotency-Key"]).Distinct().Should()
            .HaveCount(2, "the second time is the same again");
        Steps().Should().ContainInOrder("Promote", "Retain", "RegisterModels");
    }

    [Fact]
    public async Task A_required_model_that_is_refused_takes_the_release_back()
    {
        Write("risk.sig.json", "{}");
        (await _world.DeployAsync("A")).Failure.Should().BeNull();
        await using var registry = await AnswerAsync(409);
        Use(registry, required: true);
        var result = await _world.DeployAsync("B");
        result.Failure.Should().Be(Failure.CandidateFailed);
        result.Summary.Should().Contain("/api/risk: the answer was 409").And.Contain("A is serving again");
        _world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task A_registry_that_cannot_be_asked_leaves_the_candidate_waiting_where_models_are_required()
    {
        Write("risk.sig.json", "{}");
        (await _world.DeployAsync("A")).Failure.Should().BeNull();
        await using var registry = await AnswerAsync(503);
        Use(registry, required: true);
        var result = await _world.DeployAsync("B");
        result.Failure.Should().Be(Failure.Inconclusive);
        result.Summary.Should().Contain("the answer was 503, 3 times").And.Contain("A is serving");
        _world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task A_model_that_is_refused_where_it_is_not_required_is_a_warning()
    {
        Write("risk.sig.json", "{}");
        await using var registry = await AnswerAsync(409);
        Use(registry, required: false);
        (await _world.DeployAsync("A")).Failure.Should().BeNull();
        _world.Serving.Should().Be("A");
        _world.Events.OfType<Warning>().Should().Contain(warning => warning.Text.Contains("the answer was 409", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("risk.sig.json", "{\n  \"inputs\": [,]\n}", "risk.sig.json:2:14:")]
    [InlineData("risk.sig.json", "[]", "it is no JSON object")]
    [InlineData("risk.sig.json", """{"a":1,"a":2}""", "it is no JSON")]
    [InlineData("a risk.sig.json", "{}", "its name has more than letters")]
    [InlineData("notes.json", "{}", "git knows no such file there")]
    public async Task A_file_that_is_no_signature_is_named_with_what_is_wrong(string name, string content, string problem)
    {
        Write(name, content);
        await using var registry = await Receiver.StartAsync(Stop);
        Use(registry, required: true);
        (await _world.DeployAsync("A")).Summary.Should().Contain(problem);
        registry.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Two_files_of_one_name_and_a_missing_token_register_nothing()
    {
        Write("one/risk.sig.json", "{}");
        Write("two/risk.sig.json", "{}");
        await using var registry = await Receiver.StartAsync(Stop);
        Use(registry, required: true);
        (await _world.DeployAsync("A")).Summary.Should().Contain("two files have this name: one/risk.sig.json, two/risk.sig.json");
        Use(registry, required: true, token: null);
        (await _world.DeployAsync("B")).Summary.Should().Contain("neither MODELS_TOKEN nor MODELS_TOKEN_FILE is set");
        registry.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_checkout_at_another_commit_registers_no_models_of_a_rollback()
    {
        Write("risk.sig.json", "{}");
        (await _world.DeployAsync("A")).Failure.Should().BeNull();
        _world.Git = new("2222222222222", Dirty: false);
        (await _world.DeployAsync("B")).Failure.Should().BeNull();
        await using var registry = await Receiver.StartAsync(Stop);
        Use(registry, required: true);
        (await _world.RollbackAsync()).Failure.Should().BeNull();
        registry.Requests.Should().BeEmpty();
        _world.Events.OfType<Note>().Should().Contain(note =>
            note.Text.Contains("the checkout is not at A's commit", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{ folder: models }", "lacks 'endpoint'")]
    [InlineData("{ endpoint: models.example.org }", "this is no address that can be asked")]
    [InlineData("{ endpoint: \"https://models.example.org/?a=1\" }", "the endpoint has a query")]
    [InlineData("{ endpoint: \"https://models.example.org\", token: hunter2 }", "is not the name of an environment variable")]
    public void A_key_that_cannot_be_meant_is_refused_with_its_place(string models, string problem)
    {
        var text = $$"""
            project: shop
            services: { api: { image: shop/api, public: true } }
            gates: { smoke: { probes: [{ path: / }] } }
            environments: { staging: { target: process } }
            models: {{models}}
            """;
        ManifestReader.Parse(text, "chainbridge.yml", "/chainbridge.yml", _ => null).Problems.Should().ContainSingle()
            .Which.ToString().Should().StartWith("chainbridge.yml:5:").And.Contain(problem).And.NotContain("hunter2");
    }

    private static Task<Receiver> AnswerAsync(int status) => Receiver.StartAsync(Stop, (context, _, _) =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    private void Write(string path, string content)
    {
        var file = Path.Combine(_clone.Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }

    private void Use(Receiver registry, bool required, string? token = "hunter2")
    {
        var spec = new ModelsSpec(".", new Uri(registry.Address, "/api"), new("MODELS_TOKEN", "chainbridge.yml:9:3"), required);
        _world.Manifest = _world.Manifest with { Models = spec };
        _world.Models = new(spec, _clone.Folder, _ => token, new LocalExecutor(TimeProvider.System), SampleRuns.Quick, TimeProvider.System);
    }

    private IEnumerable<string> Steps() => _world.Events.OfType<StepEnded>().Select(ended => ended.Step.ToString());
}
