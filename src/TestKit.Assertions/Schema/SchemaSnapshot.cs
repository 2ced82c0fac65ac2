using System.Data;
using Npgsql;

namespace ChainBridge.TestKit.Assertions;

/// <summary>
/// The schema of a database as readable text: schemas, extensions, tables, columns with types and defaults, constraints,
/// indexes, sequences, views, functions, triggers, policies and types. Owners, grants, comments and the order of columns
/// are left out: they may differ between databases that behave alike.
/// </summary>
public sealed class SchemaSnapshot
{
    private readonly IReadOnlyList<SchemaObject> _objects;

    private SchemaSnapshot(IEnumerable<SchemaObject> objects) => _objects = [.. objects.OrderBy(one => one.Place, StringComparer.Ordinal)];

    /// <summary>
    /// An object per line, sorted by name, so that what belongs to a table stands together; what is longer goes on
    /// in lines that are indented.
    /// </summary>
    public string Text => string.Concat(_objects.Select(one => one.ToText() + "\n"));

    /// <summary>Reads the catalogue.</summary>
    /// <param name="ignoreTables">
    /// Tables left out with all that is theirs, e.g. the migrations' journal: <c>schema.table</c>, or <c>table</c> in any schema.
    /// </param>
    /// <exception cref="NpgsqlException">The database cannot be asked.</exception>
    public static Task<SchemaSnapshot> OfAsync(
        DatabaseLease database, CancellationToken cancellationToken, params IReadOnlyCollection<string> ignoreTables) =>
        OfAsync(database.ConnectionString, cancellationToken, ignoreTables);

    /// <inheritdoc cref="OfAsync(DatabaseLease, CancellationToken, IReadOnlyCollection{string})"/>
    /// <param name="connectionString">Any database Npgsql can reach, e.g. a copy of production's schema.</param>
    public static async Task<SchemaSnapshot> OfAsync(
        string connectionString, CancellationToken cancellationToken, params IReadOnlyCollection<string> ignoreTables)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using (var names = new NpgsqlCommand("SET LOCAL search_path = ''", connection, transaction))
            await names.ExecuteNonQueryAsync(cancellationToken);
        var objects = new List<SchemaObject>();
        await using (var command = new NpgsqlCommand(SchemaQuery.Text, connection, transaction))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var table = await reader.IsDBNullAsync(0, cancellationToken) ? null : reader.GetString(0);
                if (table is null
                    || !ignoreTables.Any(ignored => ignored == table || table.EndsWith("." + ignored, StringComparison.Ordinal)))
                    objects.Add(new(reader.GetString(1), reader.GetString(2), reader.GetString(3)));
            }
        }

        return new(objects);
    }

    /// <summary>Reads what <see cref="Text"/> wrote.</summary>
    public static SchemaSnapshot Parse(string text)
    {
        var entries = new List<string>();
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n').Where(line => line.Length > 0))
        {
            if (line.StartsWith(SchemaObject.Indent, StringComparison.Ordinal) && entries.Count > 0)
                entries[^1] += "\n" + line[SchemaObject.Indent.Length..];
            else entries.Add(line);
        }

        return new(entries.Select(SchemaObject.Parse));
    }

    /// <summary>
    /// What must change to come from <paramref name="expected"/> to this: <c>-</c> was expected, <c>+</c> was found.
    /// Empty when they are equal.
    /// </summary>
    public IReadOnlyList<string> DifferencesFrom(SchemaSnapshot expected) => SchemaDifference.Between(expected._objects, _objects);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
