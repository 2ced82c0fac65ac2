using System.Net;
using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// One door for all, then one more by path while the traffic is on, and back; then one more by port, and releases that state no
/// version, or another one.
/// </summary>
public sealed class DoorsStory : Story
{
    private const string Step = "/step";

    public string One { get; private set; } = "";
    public string ByPath { get; private set; } = "";
    public string ByPort { get; private set; } = "";
    public string Silent { get; private set; } = "";
    public RunResult PlannedByPath { get; private set; } = null!;
    public RunResult RunByPath { get; private set; } = null!;
    public (HttpStatusCode Status, string Body)? StepByPath { get; private set; }
    public RunResult BackToOne { get; private set; } = null!;
    public (HttpStatusCode Status, string Body)? StepOfOne { get; private set; }
    public TrafficReport WhileDoorsChanged { get; private set; } = null!;
    public RunResult RefusedPort { get; private set; } = null!;
    public RunResult RunByPort { get; private set; } = null!;
    public RunResult RunSilent { get; private set; } = null!;
    public RunResult Lying { get; private set; } = null!;
    public RunResult BackToPort { get; private set; } = null!;
    public RunResult Status { get; private set; } = null!;
    public TrafficReport AtTheShop { get; private set; } = null!;
    public TrafficReport Inside { get; private set; } = null!;
    public TrafficReport BelowThePath { get; private set; } = null!;

    protected override async Task RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        One = (await DeployedAsync(lab, "fine", 0, cancellationToken)).Version;
        await using (var traffic = new Traffic(lab.Door))
        {
            await DoorsAsync(lab, "  step: { service: back, path: /step }", "{ door: step, path: /, contains: step }", cancellationToken);
            PlannedByPath = await lab.RunAsync(cancellationToken, "plan");
            RunByPath = await DeployedAsync(lab, "fine", 0, cancellationToken);
            ByPath = RunByPath.Version;
            StepByPath = await lab.AskAsync(Step, cancellationToken);
            BackToOne = await lab.RunAsync(cancellationToken, "rollback");
            StepOfOne = await lab.AskAsync(Step, cancellationToken);
            WhileDoorsChanged = await traffic.StopAsync();
        }

        await DoorsAsync(lab, "  inside: { service: back, port: '${TINY_INSIDE}' }\n  step: { service: back, path: /step }",
            "{ door: inside, path: /step, contains: step }", cancellationToken);
        RefusedPort = await lab.DeployAsync(cancellationToken);
        (await lab.RunAsync(cancellationToken, "down")).ShouldEndWith(0);
        lab.Variables["TINY_SMOKE"] = "asks-for-doors";
        RunByPort = await DeployedAsync(lab, "fine", 0, cancellationToken);
        ByPort = RunByPort.Version;

        await using var shop = new Traffic(lab.Door);
        await using var inside = new Traffic(lab.Inside, Step);
        await using var below = new Traffic(lab.Door, Step);
        RunSilent = await DeployedAsync(lab, "says-no-version", 0, cancellationToken);
        Silent = RunSilent.Version;
        Lying = await DeployedAsync(lab, "says-another-version", 11, cancellationToken);
        BackToPort = await lab.RunAsync(cancellationToken, "rollback");
        Status = await lab.RunAsync(cancellationToken, "status");
        (AtTheShop, Inside, BelowThePath) = (await shop.StopAsync(), await inside.StopAsync(), await below.StopAsync());
    }

    private static Task DoorsAsync(Lab lab, string further, string probe, CancellationToken cancellationToken) =>
        lab.Repository.ChangeAsync("chainbridge.yml", text =>
        {
            var before = text.IndexOf("doors:", StringComparison.Ordinal) is var at and >= 0
                ? text[..at] + text[text.IndexOf("accessories:", StringComparison.Ordinal)..]
                : text.Replace("    public: true\n", "", StringComparison.Ordinal);
            return before
                .Replace("accessories:", $"doors:\n  shop: {{ service: front }}\n{further}\n\naccessories:", StringComparison.Ordinal)
                .Replace("    probes:\n", $"    probes:\n      - {probe}\n", StringComparison.Ordinal);
        }, cancellationToken);

    private static async Task<RunResult> DeployedAsync(Lab lab, string behaviour, int exit, CancellationToken cancellationToken)
    {
        await lab.Repository.ReleaseAsync(behaviour, cancellationToken);
        var run = await lab.DeployAsync(cancellationToken);
        run.ShouldEndWith(exit);
        return run;
    }
}
