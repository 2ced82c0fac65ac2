using System.CommandLine;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;
using ChainBridge.Engine.State;

namespace ChainBridge.DeployRunner.Cli;

/// <summary>Checks the journal, and lets a person go on with one that was changed.</summary>
internal sealed class JournalVerb : Verb
{
    private readonly Option<bool> _accept =
        new("--accept") { Description = "Go on with the journal as it stands; records the user who did." };

    public JournalVerb() : base("journal", "Checks that the journal is as the runners wrote it.") => Options.Add(_accept);

    public override bool GoesWithoutHosts => true;

    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var context = await invocation.OpenAsync(cancellationToken);
        var journal = context.State.Journal.Read();
        foreach (var problem in journal.Ignored.Concat(journal.Breaches)) context.Runner.Reporter.Report(new Warning(problem));
        if (journal.Breaches.Count == 0)
            return FlowResult.Done($"the journal is as it was written: {Plural.Of(journal.Entries.Count, "entry", "entries")}");
        if (!invocation.Parsed.GetValue(_accept)) throw journal.Broken();

        var caller = context.Runner.Caller;
        await using (var held = await context.State.Lock.AcquireAsync(caller.User, caller.Host, caller.ProcessId, "journal --accept",
            cancellationToken))
        {
            var now = context.Runner.Time.GetUtcNow();
            context.State.Journal.Accept(new JournalEntry(now, $"{now.UtcDateTime:yyyyMMdd'T'HHmmss}-accepted",
                JournalEvent.JournalAccepted, "journal", "", $"{caller.User}@{caller.Host}", held.Token.Value)
            {
                Outcome = Outcome.Done, Ending = new(null), Detail = context.Runner.Redactor.Hide(string.Join("; ", journal.Breaches)),
            });
        }

        return FlowResult.Done(
            $"accepted as it stands by {caller.User}@{caller.Host}: "
                + $"{Plural.Of(journal.Breaches.Count, "place that does", "places that do")} not fit",
            "deployrunner history shows what it holds now; deployrunner status what runs");
    }
}
