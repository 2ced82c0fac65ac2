using System.CommandLine;
using ChainBridge.DeployRunner.Flows;
using ChainBridge.DeployRunner.Gates;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class SmokeVerb : Verb
{
    private readonly Option<string?> _url = new("--url") { Description = "Where to ask. Default: the environment's public door." };
    private readonly Option<string?> _version = new("--expect-version") { Description = "The version every answer must carry. Default: the current release's; with --url, any." };

    public SmokeVerb() : base("smoke", "Runs the smoke gate against what is deployed.")
    {
        Options.Add(_url);
        Options.Add(_version);
    }

    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var context = await invocation.OpenAsync(cancellationToken);
        var given = invocation.Parsed.GetValue(_url);
        Uri? url = null;
        if (given is not null && (!Uri.TryCreate(given, UriKind.Absolute, out url) || url.Scheme is not ("http" or "https")))
            throw new RunnerException(ExitCode.Usage, $"'{given}' is no http address", "write e.g. --url http://127.0.0.1:8088");
        if (url is null)
        {
            await context.Target.EnsureReachableAsync(cancellationToken);
            url = await context.Target.PublicAddressAsync(cancellationToken);
        }

        var expected = invocation.Parsed.GetValue(_version) ?? (given is null ? context.History().Current : null);
        if (expected is null && given is null) throw new RunnerException(ExitCode.NoSuchRelease, "nothing was promoted in this environment yet", "deployrunner deploy, or name --url");
        return GateAnswer.Of(await context.Gates.RunAsync("smoke", context.Manifest.Gates.Smoke, new GateSubject(url, expected), cancellationToken), context.Reporter);
    }
}
