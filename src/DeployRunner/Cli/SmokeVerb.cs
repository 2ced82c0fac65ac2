using System.CommandLine;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class SmokeVerb : Verb
{
    private const string Any = "any";

    private readonly Option<string?> _url = new("--url") { Description = "Where to ask. Default: the environment's public door." };
    private readonly Option<string?> _version = new("--expect-version")
    {
        Description = "The version every answer must carry. Default: the current release's. 'any' asks for none."
    };

    public SmokeVerb() : base("smoke", "Runs the smoke gate against what is deployed.")
    {
        Options.Add(_url);
        Options.Add(_version);
    }

    public override bool NeedsSecrets => true;

    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var context = await invocation.OpenAsync(cancellationToken);
        var given = invocation.Parsed.GetValue(_url);
        Uri? url = null;
        if (given is not null && (!Uri.TryCreate(given, UriKind.Absolute, out url) || url.Scheme is not ("http" or "https")))
            throw new EngineException(Failure.Usage, $"'{given}' is no http address", "write e.g. --url http://127.0.0.1:8088");
        if (url is null) await context.Platform.EnsureReachableAsync(cancellationToken);
        var open = url is null ? await OpenAsync(context, cancellationToken) : [];
        var expected = invocation.Parsed.GetValue(_version) ?? context.State.History().Current
            ?? throw (given is null
                ? new EngineException(Failure.NoSuchRelease, "nothing was promoted in this environment yet",
                    "deployrunner deploy, or name --url and --expect-version")
                : new EngineException(Failure.Usage, "no release is current here, so it is not known which version must answer",
                    "add --expect-version VERSION, or --expect-version any if every answer will do"));
        var version = expected == Any ? null : expected;
        var gate = context.Manifest.Gates.Smoke;
        IReadOnlyList<GateSubject> subjects = url is null
            ? [.. open.Select(one => GateSubject.At(one.Answer.Doors, version, one.Host.Name, one.Host.Platform.Way))]
            : [new GateSubject(url, version)];
        if (url is null)
            subjects = await GateServices.AddAsync(context.Platform, subjects, gate,
                host => open.Single(one => one.Host == host).Answer.Active, cancellationToken);
        OwnFolder.KeepFromGit(context);
        return GateAnswer.Of(await context.Gates.RunOnEachAsync("smoke", gate, subjects, cancellationToken),
            context.Runner.Reporter);
    }

    /// <summary>The slot that has the traffic on every host, and its doors.</summary>
    private static Task<IReadOnlyList<HostAnswer<(Slot? Active, PublicDoors Doors)>>> OpenAsync(
        FlowContext context, CancellationToken cancellationToken) => context.Platform.Hosts.AskAsync(async host =>
        {
            var active = (await host.Traffic.SharesAsync(cancellationToken)).Active;
            return (active, await host.Traffic.DoorsAsync(active, cancellationToken));
        }, cancellationToken);
}
