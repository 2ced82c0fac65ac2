using System.CommandLine;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class LogsVerb : Verb
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Option<bool> _follow = new("--follow") { Description = "Go on until interrupted." };
    private readonly Option<int> _lines = new("--lines") { Description = "How many of each service.", DefaultValueFactory = _ => 50 };

    public LogsVerb() : base("logs", "The newest lines of the services that have the traffic.")
    {
        Options.Add(_follow);
        Options.Add(_lines);
    }

    public override bool GoesWithoutHosts => true;

    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var context = await invocation.OpenAsync(cancellationToken);
        await context.Platform.EnsureReachableAsync(cancellationToken);
        var shown = new Dictionary<string, IReadOnlyList<string>>();
        do
        {
            var logs = await context.Platform.Hosts.AskAsync(async host =>
                (await host.Traffic.SharesAsync(cancellationToken)).Active is not { } slot ? null
                    : await host.LogsAsync(slot, Math.Max(1, invocation.Parsed.GetValue(_lines)), cancellationToken), cancellationToken);
            if (logs.All(log => log.Answer is null))
                throw new EngineException(Failure.NoSuchRelease, "no release serves, so there are no logs", "deployrunner deploy");
            foreach (var (service, lines) in logs.SelectMany(log => (log.Answer ?? new Dictionary<string, IReadOnlyList<string>>())
                .Select(written => (log.Host.Of(written.Key), written.Value))))
            {
                foreach (var line in New(shown.GetValueOrDefault(service, []), lines))
                    context.Runner.Reporter.Report(new Note($"{service} | {line}"));
                shown[service] = lines;
            }

            if (invocation.Parsed.GetValue(_follow)) await Task.Delay(Pause, context.Runner.Time, cancellationToken);
        }
        while (invocation.Parsed.GetValue(_follow));
        return FlowResult.Done(Plural.Of(shown.Count, "service"));
    }

    /// <summary>The lines after the longest end of the old ones that the new ones begin with.</summary>
    internal static IEnumerable<string> New(IReadOnlyList<string> old, IReadOnlyList<string> now)
    {
        for (var overlap = Math.Min(old.Count, now.Count); overlap > 0; overlap--)
            if (old.Skip(old.Count - overlap).SequenceEqual(now.Take(overlap))) return now.Skip(overlap);
        return now;
    }
}
