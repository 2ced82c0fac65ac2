using FluentAssertions;
using FluentAssertions.Execution;
using Npgsql;

namespace ChainBridge.TestKit.Assertions;

/// <summary>Assertions that migrations can be undone.</summary>
public static class MigrationAssertions
{
    /// <summary>
    /// Every step goes up, down and up again, and the schema is each time exactly what it was; then all go down to where
    /// the first began, and up. Start from a database without any of the steps; it has all of them afterwards. The first
    /// step that fails is named with what it left or changed.
    /// </summary>
    /// <param name="steps">In any order; each number once.</param>
    /// <param name="ignoreTables">
    /// Tables left out, e.g. the journal of the steps themselves: <c>schema.table</c>, or <c>table</c> in any schema.
    /// </param>
    /// <param name="because">The reason, as everywhere in FluentAssertions.</param>
    public static async Task<AndConstraint<DatabaseAssertions>> MigrateUpDownUpAsync(
        this DatabaseAssertions should, IReadOnlyCollection<MigrationStep> steps, CancellationToken cancellationToken,
        IReadOnlyCollection<string>? ignoreTables = null, string because = "", params object[] becauseArgs)
    {
        var problem = await new RoundTrip(should.Subject, Ordered(steps), ignoreTables ?? []).ProblemAsync(cancellationToken);
        Execute.Assertion.BecauseOf(because, becauseArgs).ForCondition(problem is null)
            .FailWith("Expected every migration of {context:the database} to go up, down and up again to an identical schema{reason}, "
                + $"but {Text.Raw(problem ?? "")}");
        return new(should);
    }

    /// <summary>The steps by number.</summary>
    /// <exception cref="ArgumentException">There are none, or two share a number.</exception>
    internal static IReadOnlyList<MigrationStep> Ordered(IReadOnlyCollection<MigrationStep> steps)
    {
        if (steps.Count == 0) throw new ArgumentException("there are no migrations: a check of nothing would pass for ever", nameof(steps));
        if (steps.GroupBy(step => step.Number).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException(
                $"the migrations {string.Join(" and ", twice.Select(step => step.Name))} share the number {twice.Key}", nameof(steps));
        return [.. steps.OrderBy(step => step.Number)];
    }

    /// <summary>The failure's message, of a script with its line; the caller names the step.</summary>
    internal static string Describe(Exception failure) =>
        failure is MigrationException { Line: > 0, InnerException: PostgresException error } script
            ? $"line {script.Line}: {error.SqlState}: {error.MessageText}"
            : failure.Message;

    private sealed class RoundTrip(DatabaseLease database, IReadOnlyList<MigrationStep> steps, IReadOnlyCollection<string> ignoreTables)
    {
        public async Task<string?> ProblemAsync(CancellationToken stop)
        {
            if (steps.Where(step => step.DownAsync is null && !step.OneWay).Select(step => step.Name).ToList() is { Count: > 0 } stuck)
                return $"{string.Join(", ", stuck)} has no way down. Write one, or declare that there is none: OneWay = true.";
            var schemas = new List<SchemaSnapshot> { await SchemaAsync(stop) };
            foreach (var step in steps)
            {
                if (await FailureAsync(step, "up", step.UpAsync, stop) is { } up) return up;
                schemas.Add(await SchemaAsync(stop));
                if (step.DownAsync is null) continue;
                if (await FailureAsync(step, "down", step.DownAsync, stop) is { } down) return down;
                if (await DifferenceAsync(schemas[^2], stop) is { } left)
                    return $"{step.Name} down does not restore what was before it:\n{left}";
                if (await FailureAsync(step, "up again", step.UpAsync, stop) is { } again) return again;
                if (await DifferenceAsync(schemas[^1], stop) is { } other)
                    return $"{step.Name} up again makes another schema than the first time:\n{other}";
            }

            // One after the other they may still meet what a later step left behind.
            var lowest = steps.ToList().FindLastIndex(step => step.DownAsync is null) + 1;
            for (var index = steps.Count - 1; index >= lowest; index--)
            {
                if (await FailureAsync(steps[index], "down from the top", steps[index].DownAsync!, stop) is { } down) return down;
                if (await DifferenceAsync(schemas[index], stop) is { } left)
                    return $"{steps[index].Name} down from the top does not restore what was before it:\n{left}";
            }

            foreach (var step in steps.Skip(lowest))
                if (await FailureAsync(step, "up at last", step.UpAsync, stop) is { } last) return last;
            return await DifferenceAsync(schemas[^1], stop) is { } end
                ? $"all steps up at last make another schema than the first time:\n{end}"
                : null;
        }

        private static async Task<string?> FailureAsync(
            MigrationStep step, string way, Func<string, CancellationToken, Task> runAsync, string connectionString, CancellationToken stop)
        {
            try
            {
                await runAsync(connectionString, stop);
                return null;
            }
            catch (Exception failure) when (!stop.IsCancellationRequested)
            {
                return $"{step.Name} {way} failed: {Describe(failure)}";
            }
        }

        private Task<string?> FailureAsync(
            MigrationStep step, string way, Func<string, CancellationToken, Task> runAsync, CancellationToken stop) =>
            FailureAsync(step, way, runAsync, database.ConnectionString, stop);

        private async Task<string?> DifferenceAsync(SchemaSnapshot expected, CancellationToken stop)
        {
            var differences = (await SchemaAsync(stop)).DifferencesFrom(expected);
            return differences.Count == 0 ? null : string.Join('\n', differences);
        }

        private Task<SchemaSnapshot> SchemaAsync(CancellationToken stop) => SchemaSnapshot.OfAsync(database, stop, ignoreTables);
    }
}
