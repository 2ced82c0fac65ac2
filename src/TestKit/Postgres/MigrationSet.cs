using ChainBridge.TestKit.Basics;
using System.Runtime.CompilerServices;
using ChainBridge.TestKit.Postgres;

namespace ChainBridge.TestKit;

/// <summary>What makes an empty database the one a test needs. Equal keys share one template.</summary>
/// <param name="Key">Changes whenever the result would: a hash of the scripts, for instance.</param>
/// <param name="ApplyAsync">Migrates the empty database behind the connection string.</param>
public sealed record MigrationSet(string Key, Func<string, CancellationToken, Task> ApplyAsync)
{
    /// <summary>Part of every key: scripts that are read otherwise than before make another database.</summary>
    private const int Reading = 2;

    /// <summary>An empty database.</summary>
    public static MigrationSet Empty { get; } = new("empty", (_, _) => Task.CompletedTask);

    /// <summary>The key as text, cut where it is long.</summary>
    internal string Title => Key.Length <= 80 ? Key : $"{Key[..80]}…";

    /// <summary>One SQL script. One changed byte makes another template.</summary>
    [OverloadResolutionPriority(1)]
    public static MigrationSet FromScripts(MigrationScript script) => FromScripts([script]);

    /// <summary>SQL scripts, in this order, each in a session of its own. One changed byte makes another template.</summary>
    /// <exception cref="ArgumentException">There is none, or two have one name.</exception>
    public static MigrationSet FromScripts(params IReadOnlyList<MigrationScript> scripts)
    {
        if (scripts.Count == 0)
            throw new ArgumentException("a migration set needs at least one script; for an empty database there is MigrationSet.Empty",
                nameof(scripts));
        if (scripts.GroupBy(script => script.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"two migrations are named '{twice.Key}'", nameof(scripts));
        var text = string.Concat(scripts.Select(script => $"{script.Name.Length}:{script.Name}{script.Sql.Length}:{script.Sql}")
            .Prepend($"{Reading}:"));
        var hash = Digest.Hex(text, 16);
        var key = $"{scripts[0].Name}{(scripts.Count > 1 ? $" … {scripts[^1].Name}" : "")} #{hash}";
        return new(key, (connectionString, stop) => ScriptRunner.RunAsync(connectionString, scripts, stop));
    }

    /// <summary>
    /// The <c>*.sql</c> files of a folder, not of those below, in the order of the tool whose names they have
    /// (Flyway, golang-migrate and its like), without its ways back; else in the order of their names with numbers counted as numbers:
    /// <c>2</c> before <c>10</c>.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The folder is missing, has no such file, or names that cannot be put in one order; names the file.
    /// </exception>
    public static MigrationSet FromFolder(string path) => FromScripts(MigrationFolder.Read(Path.GetFullPath(path)));
}

/// <summary>One step of the way from an empty database to the one that tests need.</summary>
/// <param name="Name">With its number, e.g. <c>003_payments</c>; shown when it fails.</param>
/// <param name="Sql">
/// Statements, each executed by itself and committed at once unless the script opens a transaction. Where goose, dbmate and their like mark
/// the way back in it (<c>-- +goose Down</c>), only the way up is executed.
/// </param>
public sealed record MigrationScript(string Name, string Sql);
