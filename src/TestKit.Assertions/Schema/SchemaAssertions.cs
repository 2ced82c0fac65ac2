using System.Runtime.CompilerServices;
using FluentAssertions;
using FluentAssertions.Execution;

namespace ChainBridge.TestKit.Assertions;

/// <summary>What the schema of a database must be. A failure lists what differs: <c>-</c> was expected, <c>+</c> was found.</summary>
public static class SchemaAssertions
{
    /// <summary>The schema of another database.</summary>
    /// <param name="ignoreTables">Tables left out on both sides: <c>schema.table</c>, or <c>table</c> in any schema.</param>
    /// <param name="because">The reason, as everywhere in FluentAssertions.</param>
    public static async Task<AndConstraint<DatabaseAssertions>> HaveSchemaOfAsync(
        this DatabaseAssertions should, DatabaseLease expected, CancellationToken cancellationToken,
        IReadOnlyCollection<string>? ignoreTables = null, string because = "", params object[] becauseArgs) =>
        await should.HaveSchemaAsync(await SchemaSnapshot.OfAsync(expected, cancellationToken, ignoreTables ?? []), cancellationToken,
            ignoreTables, because, becauseArgs);

    /// <summary>A schema that was read before.</summary>
    /// <param name="ignoreTables">Tables left out of this database; the snapshot is taken as it is.</param>
    /// <param name="because">The reason, as everywhere in FluentAssertions.</param>
    public static async Task<AndConstraint<DatabaseAssertions>> HaveSchemaAsync(
        this DatabaseAssertions should, SchemaSnapshot expected, CancellationToken cancellationToken,
        IReadOnlyCollection<string>? ignoreTables = null, string because = "", params object[] becauseArgs)
    {
        var found = await SchemaSnapshot.OfAsync(should.Subject, cancellationToken, ignoreTables ?? []);
        Fail(found.DifferencesFrom(expected), "to have the expected schema", "", because, becauseArgs);
        return new(should);
    }

    /// <summary>
    /// The schema in an approved file: no drift between what the migrations make and what a developer approved. With
    /// <c>CHAINBRIDGE_APPROVE=1</c> the file is written and the assertion passes.
    /// </summary>
    /// <param name="path">Relative to the folder of the source file that calls; or absolute.</param>
    /// <param name="ignoreTables">Tables left out: <c>schema.table</c>, or <c>table</c> in any schema.</param>
    /// <param name="because">The reason, as everywhere in FluentAssertions.</param>
    public static Task<AndConstraint<DatabaseAssertions>> MatchSchemaFileAsync(
        this DatabaseAssertions should, string path, CancellationToken cancellationToken, IReadOnlyCollection<string>? ignoreTables = null,
        string because = "", [CallerFilePath] string sourceFile = "") =>
        should.MatchAsync(ApprovedFile.Beside(sourceFile, path), cancellationToken, ignoreTables ?? [], because);

    internal static async Task<AndConstraint<DatabaseAssertions>> MatchAsync(this DatabaseAssertions should, ApprovedFile file,
        CancellationToken cancellationToken, IReadOnlyCollection<string> ignoreTables, string because)
    {
        var found = await SchemaSnapshot.OfAsync(should.Subject, cancellationToken, ignoreTables);
        var approved = await file.ReadAsync(found.Text, cancellationToken);
        Execute.Assertion.BecauseOf(because).ForCondition(approved is not null)
            .FailWith(Text.Raw($"There is no approved schema at {file.Path}. {ApprovedFile.HowToAccept}"));
        if (approved is not null)
            Fail(found.DifferencesFrom(SchemaSnapshot.Parse(approved)), $"to have the schema in {file.Path}",
                $"\n{ApprovedFile.HowToAccept}", because, []);
        return new(should);
    }

    private static void Fail(IReadOnlyList<string> differences, string wanted, string next, string because, object[] becauseArgs)
    {
        var count = differences.Count == 1 ? "1 line differs" : $"{differences.Count} lines differ";
        Execute.Assertion.BecauseOf(because, becauseArgs).ForCondition(differences.Count == 0)
            .FailWith($"Expected {{context:the database}} {Text.Raw(wanted)}{{reason}}, but {count} (- expected, + found):\n"
                + $"{Text.Raw(string.Join('\n', differences) + next)}");
    }
}
