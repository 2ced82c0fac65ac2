using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace ChainBridge.TestKit;

/// <summary>
/// A migration failed on an empty database. Its report is the message and the frames of the code that asked for the database:
/// the driver's and TestKit's own frames are of no use for a migration, and are found in <see cref="Cause"/>.
/// </summary>
public sealed class MigrationException : LeaseException
{
    private static readonly string[] Inner = ["at ChainBridge.TestKit.", "at Npgsql.", "at System.", "--- End of "];

    /// <summary>Makes one with what failed as its <see cref="Cause"/>.</summary>
    public MigrationException(string message, Exception inner) : base(message, Unthrown(inner)) => Cause = inner;

    /// <summary>
    /// What failed, with all its frames. <see cref="Exception.InnerException"/> is PostgreSQL's answer without them, or
    /// null where there was none.
    /// </summary>
    public Exception Cause { get; }

    /// <summary>Its place in the set, from 1; 0 where that is not known.</summary>
    public int Number { get; init; }

    /// <summary>Its name; empty where that is not known.</summary>
    public string Name { get; init; } = "";

    /// <summary>The line of its SQL, from 1; 0 where that is not known.</summary>
    public int Line { get; init; }

    /// <summary>The frames of the migration's and of the test's code.</summary>
    public override string? StackTrace =>
        Frames(Cause.StackTrace) + Frames(base.StackTrace) is { Length: > 0 } frames ? frames.TrimEnd() : base.StackTrace;

    /// <summary>Roles that its script had created when it failed, by their number on the server.</summary>
    internal IReadOnlyList<uint> Roles { get; init; } = [];

    /// <summary>A copy for the next test that asks: an exception that is thrown twice would carry the frames of both tests.</summary>
    internal MigrationException Again() => new(Message, Cause) { Number = Number, Name = Name, Line = Line };

    private static string Frames(string? trace) => string.Concat((trace ?? "").Split('\n')
        .Where(line => line.Trim() is { Length: > 0 } frame && !Inner.Any(inner => frame.StartsWith(inner, StringComparison.Ordinal)))
        .Select(line => line.TrimEnd() + "\n"));

    /// <summary>A copy that was never thrown has no frames.</summary>
    [return: NotNullIfNotNull(nameof(error))]
    private static PostgresException? Copy(PostgresException? error) => error is null ? null : new(
        error.MessageText, error.Severity, error.InvariantSeverity, error.SqlState, error.Detail, error.Hint, error.Position,
        error.InternalPosition, error.InternalQuery, error.Where, error.SchemaName, error.TableName, error.ColumnName, error.DataTypeName,
        error.ConstraintName, error.File, error.Line, error.Routine);

    private static PostgresException? Unthrown(Exception? failure)
    {
        while (failure is not (null or PostgresException)) failure = failure.InnerException;
        return Copy(failure as PostgresException);
    }
}
