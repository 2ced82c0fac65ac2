using System.Net;
using ChainBridge.Tests.Deployment.Harness;
using FluentAssertions;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>A release that was tried, and what served and ran afterwards.</summary>
public sealed record Attempted(RunResult Run, (HttpStatusCode Status, string Body)? Door, IReadOnlyList<string> Services)
{
    public static async Task<Attempted> DeployAsync(
        Lab lab, string behaviour, string? migrations, CancellationToken cancellationToken, params string[] options)
    {
        await lab.Repository.ReleaseAsync(behaviour, cancellationToken, migrations);
        return await AfterAsync(lab, await lab.DeployAsync(cancellationToken, options), cancellationToken);
    }

    public static async Task<Attempted> AfterAsync(Lab lab, RunResult run, CancellationToken cancellationToken) =>
        new(run, await lab.AskAsync("/", cancellationToken), await lab.Target.ServicesAsync(lab, cancellationToken));

    /// <summary>The release before it was stable; however many bad ones follow each other, it is that one that serves, alone.</summary>
    public void ShouldHaveGoneBackTo(string good)
    {
        Run.ShouldEndWith(11);
        Run.Summary.Should().Contain($"{good} is serving again");
        Door!.Value.Body.Should().Contain($"\"front\":\"{good}\"").And.Contain("welcome");
        Services.Should().BeEquivalentTo($"{good}/back", $"{good}/front");
    }
}
