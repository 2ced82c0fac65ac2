using System.Text.Json;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;

namespace ChainBridge.Engine.Steps;

/// <summary>A database a release would move.</summary>
/// <param name="Applied">The step it stands at.</param>
/// <param name="Reversible">Whether every step above can be undone.</param>
internal sealed record PendingMigration(string Service, int Applied, int Latest, bool Reversible);

/// <summary>Asks services where their databases stand, and moves them up and back.</summary>
internal sealed class Migrations(DeploymentRun run)
{
    /// <summary>The databases this release would move, in dependency order. Changes nothing.</summary>
    public async Task<IReadOnlyList<PendingMigration>> PendingAsync(Release release, CancellationToken cancellationToken)
    {
        var pending = new List<PendingMigration>();
        foreach (var service in ServiceOrder.DependenciesFirst(release.Services.Values))
        {
            if (service.Migrate is not { } migrate) continue;
            var answer = await run.Platform.RunOnceAsync(run.Token, release, service.Name, migrate.Status, cancellationToken);
            if (answer.ExitCode != 0)
                throw new EngineException(Failure.GateFailed, ($"asking {service.Name} for its migrations ended with {answer.ExitCode}: "
                    + $"{answer.Errors.Trim()} {answer.Output.Trim()}").TrimEnd(), "run its migrate.status by hand");
            var found = run.PendingOf(service.Name, () => Read(service.Name, answer.Output, migrate.Down is not null));
            if (found.Applied < found.Latest) pending.Add(found);
        }

        return pending;
    }

    /// <summary>
    /// Moves one database up. Once begun it is not cut off: that would end the client and not the statement, which could
    /// commit after it was undone. It has its own deadline, as every one-off run.
    /// </summary>
    public Task UpAsync(Release release, PendingMigration pending, CancellationToken cancellationToken) =>
        run.ChangeAsync(StepKind.Migrate, async () =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            RunOnceOutcome ended;
            using (cancellationToken.Register(() =>
                run.Report(new Warning($"interrupted; the migration of {pending.Service} is not cut off: "
                    + $"it has at most {OnceRuns.Longest.TotalMinutes:0} min to end, then it is undone"))))
            {
                var up = release.Services[pending.Service].Migrate!.Up;
                ended = await run.Platform.RunOnceAsync(run.Token, release, pending.Service, up, CancellationToken.None);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (ended.ExitCode != 0)
                throw new EngineException(Failure.CandidateFailed,
                    $"migrating {pending.Service} from step {pending.Applied} to {pending.Latest} ended with {ended.ExitCode}: "
                        + $"{ended.Errors.Trim()}",
                    "repair the migration, then deploy again");
        }, service: pending.Service, mark: entry => entry with { MigrationStep = pending.Applied });

    /// <summary>Takes one database back to where it stood.</summary>
    /// <exception cref="EngineException"><see cref="Failure.PersonNeeded"/>: it cannot be taken back.</exception>
    public Task DownAsync(Release release, string service, int before, CancellationToken cancellationToken)
    {
        var down = release.Services[service].Migrate?.Down ?? throw new EngineException(Failure.PersonNeeded,
            $"{service} has no migrate.down to undo its migration with", $"take its database back to step {before} by hand");
        return run.ChangeAsync(StepKind.MigrateDown, async () =>
        {
            var arguments = down.Select(argument => argument.Replace("{step}", $"{before}", StringComparison.Ordinal)).ToList();
            var ended = await run.Platform.RunOnceAsync(run.Token, release, service, arguments, cancellationToken);
            if (ended.ExitCode != 0)
                throw new EngineException(Failure.PersonNeeded,
                    $"migrating {service} back to step {before} ended with {ended.ExitCode}: {ended.Errors.Trim()}",
                    "take its database back by hand");
        }, service: service);
    }

    private static PendingMigration Read(string service, string output, bool hasDown)
    {
        // Services may log before they answer: the answer is the last line that is an object with these members.
        foreach (var line in output.Split('\n').Reverse().Select(line => line.Trim()).Where(line => line.StartsWith('{')))
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                if (json.RootElement.TryGetProperty("applied", out var applied) && json.RootElement.TryGetProperty("latest", out var latest)
                    && json.RootElement.TryGetProperty("reversible", out var reversible)
                    && applied.TryGetInt32(out var from) && latest.TryGetInt32(out var to) && (reversible.ValueKind is JsonValueKind.True
                        or JsonValueKind.False))
                    return new PendingMigration(service, from, to, hasDown && reversible.GetBoolean());
            }
            catch (Exception noAnswer) when (noAnswer is JsonException or InvalidOperationException)
            {
                continue;
            }
        }

        throw new EngineException(Failure.GateFailed, $"{service} did not report where its migrations stand: {output.Trim()}",
            "its migrate.status must print {\"applied\":1,\"latest\":2,\"reversible\":true}");
    }
}
