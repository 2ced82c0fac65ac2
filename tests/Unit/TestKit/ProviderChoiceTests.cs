using ChainBridge.TestKit;
using ChainBridge.TestKit.Providers;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.TestKit;

public sealed class ProviderChoiceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, null, null, "docker")]
    [InlineData("auto", null, "redis-server is missing", "docker")]
    [InlineData("auto", "no engine", null, "native")]
    [InlineData("auto", "no engine", "redis-server is missing", "embedded")]
    [InlineData("native", null, null, "native")]
    [InlineData("embedded", null, null, "embedded")]
    [InlineData("external", null, null, "external")]
    [InlineData("docker", null, "redis-server is missing", "docker")]
    public async Task The_provider_that_is_asked_for_is_taken_when_it_is_available(
        string? wanted, string? dockerProblem, string? nativeProblem, string expected) =>
        (await ProviderChoice.MakeAsync(wanted, Problems(dockerProblem, nativeProblem), Stop)).Name.Should().Be(expected);

    [Fact]
    public async Task The_reason_for_the_native_provider_is_reported() =>
        (await ProviderChoice.MakeAsync("auto", Problems("no engine answered", null), Stop)).Why.Should().Be("no engine answered");

    [Theory]
    [InlineData("auto", "no engine answered", "install redis-server",
        "*start a Docker engine*no engine answered*install the servers*install redis-server*add the package*CHAINBRIDGE_PROVIDER=external*",
        "add the package")]
    [InlineData("docker", "no engine answered", null, "*CHAINBRIDGE_PROVIDER=docker*no engine answered*")]
    [InlineData("native", null, "install redis-server", "*CHAINBRIDGE_PROVIDER=native*install redis-server*")]
    [InlineData("embedded", null, null, "*CHAINBRIDGE_PROVIDER=embedded*add the package*", "add the package")]
    [InlineData("external", null, null, "*CHAINBRIDGE_PROVIDER=external*CHAINBRIDGE_POSTGRES is not set*", null,
        "CHAINBRIDGE_POSTGRES is not set")]
    [InlineData("podman", null, null, "*podman is unknown*docker, native, embedded, external or auto*")]
    public async Task A_provider_that_is_not_available_is_an_error_that_names_the_fix(
        string wanted, string? dockerProblem, string? nativeProblem,
        string message, string? embeddedProblem = null, string? externalProblem = null)
    {
        var choose = () => ProviderChoice.MakeAsync(wanted, Problems(dockerProblem, nativeProblem, embeddedProblem, externalProblem), Stop);
        (await choose.Should().ThrowAsync<ProviderException>()).WithMessage(message);
    }

    private static ProviderProblems Problems(string? docker, string? native, string? embedded = null, string? external = null) =>
        new(_ => Task.FromResult(docker), () => native, () => embedded, () => external);
}
