using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.DeployRunner.Cli;

/// <summary>Which environment a command means.</summary>
public sealed partial class CommandLineTests
{
    [Theory]
    [InlineData("", "", "with --environment (staging, spare)")]
    [InlineData("defaultEnvironment: spare", "", "deploy spare on")]
    [InlineData("defaultEnvironment: spare", "--environment staging ", "deploy staging on")]
    [InlineData("defaultEnvironment: spar", "", "chainbridge.yml:1:21: there is no environment 'spar'")]
    public async Task A_command_that_names_no_environment_takes_the_default_one_and_never_a_guess(string key, string option, string words)
    {
        var manifest = await File.ReadAllTextAsync(Manifest, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Manifest, $"{key}\n{manifest}".Replace("state } }", "state }, spare: { target: process } }",
            StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await RunAsync($"{option}deploy");
        $"{_output}{_errors}".Should().Contain(words);
    }
}
