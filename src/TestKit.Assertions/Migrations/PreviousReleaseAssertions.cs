using FluentAssertions;
using FluentAssertions.Execution;

namespace ChainBridge.TestKit.Assertions;

/// <summary>
/// That the previous release survives the new one's migrations (N−1), so that both can run at once and a rollback needs no way down.
/// </summary>
public static class PreviousReleaseAssertions
{
    /// <summary>
    /// On a database without any of the steps: migrates as far as the previous release knows, and sees its smoke tests
    /// pass there, so that a failure afterwards is the migrations'. Then it applies the steps that came since, with what
    /// the smoke tests wrote still in the tables, starts the previous release again and runs its smoke tests again.
    /// </summary>
    /// <param name="steps">All of the new release, in any order; each number once.</param>
    /// <param name="because">The reason, as everywhere in FluentAssertions.</param>
    /// <exception cref="ArgumentException">No step is newer than the previous release, or there are no steps.</exception>
    public static async Task<AndConstraint<DatabaseAssertions>> ServePreviousReleaseAsync(
        this DatabaseAssertions should, PreviousRelease previous, IReadOnlyCollection<MigrationStep> steps,
        CancellationToken cancellationToken, string because = "", params object[] becauseArgs)
    {
        var ordered = MigrationAssertions.Ordered(steps);
        var since = ordered.Where(step => step.Number > previous.NewestStep).ToList();
        if (since.Count == 0)
            throw new ArgumentException(
                $"no migration is newer than {previous.NewestStep}, the newest that {previous.Name} knows: there is nothing to prove",
                nameof(steps));
        var names = string.Join(", ", since.Select(step => step.Name));

        var problem = await MigrateAsync(should, ordered.Except(since), cancellationToken);
        if (problem is null && await SmokeAsync(should, previous, cancellationToken) is { } own)
            problem = $"it fails on its own schema too, so this proves nothing about the migrations since:\n{Text.Indent(own)}";
        problem ??= await MigrateAsync(should, since, cancellationToken);
        if (problem is null && await SmokeAsync(should, previous, cancellationToken) is { } failure)
            problem = $"on its own schema it passes, and with {names} it fails:\n{Text.Indent(failure)}\n"
                + "Make the change in two releases: add first, remove when no release that needs the old form can run.";

        Execute.Assertion.BecauseOf(because, becauseArgs).ForCondition(problem is null)
            .FailWith($"Expected the previous release {Text.Raw(previous.Name)} to pass its smoke tests on {{context:the database}} "
                + $"after {Text.Raw(names)}{{reason}}, but {Text.Raw(problem ?? "")}");
        return new(should);
    }

    private static async Task<string?> MigrateAsync(
        DatabaseAssertions should, IEnumerable<MigrationStep> steps, CancellationToken cancellationToken)
    {
        foreach (var step in steps)
        {
            try
            {
                await step.UpAsync(should.Subject.ConnectionString, cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                return $"{step.Name} up failed: {MigrationAssertions.Describe(failure)}";
            }
        }

        return null;
    }

    private static async Task<string?> SmokeAsync(DatabaseAssertions should, PreviousRelease previous, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(previous.Deadline);
        try
        {
            // Left behind, it still stops what it started once it comes back.
            return await RunAsync(should, previous, late.Token).WaitAsync(late.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"its start and its smoke tests had not ended after {Text.Span(previous.Deadline)}";
        }
    }

    private static async Task<string?> RunAsync(DatabaseAssertions should, PreviousRelease previous, CancellationToken cancellationToken)
    {
        ServiceUnderTest? service = null;
        try
        {
            service = await previous.StartAsync(should.Subject, cancellationToken);
            await previous.SmokeAsync(service, cancellationToken);
            return null;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            var log = service is { Log: { Count: > 0 } lines }
                ? $"\nthe last it wrote:\n{Text.Indent(string.Join('\n', lines.TakeLast(20)))}"
                : "";
            return failure.Message + log;
        }
        finally
        {
            if (service is not null) await service.DisposeAsync();
        }
    }
}
