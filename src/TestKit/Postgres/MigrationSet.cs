using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ChainBridge.TestKit.Postgres;

/// <summary>What makes an empty database the one a test needs. Equal keys share one template.</summary>
/// <param name="Key">Changes whenever the result would: a hash of the scripts, for instance.</param>
/// <param name="ApplyAsync">Migrates the empty database behind the connection string.</param>
public sealed partial record MigrationSet(string Key, Func<string, CancellationToken, Task> ApplyAsync)
{
    /// <summary>An empty database.</summary>
    public static MigrationSet Empty { get; } = new("empty", (_, _) => Task.CompletedTask);

    /// <summary>For people: the key, cut where it is long.</summary>
    internal string Title => Key.Length <= 80 ? Key : $"{Key[..80]}…";

    /// <summary>SQL scripts, in this order. One changed byte makes another template.</summary>
    /// <exception cref="ArgumentException">There is none, or two have one name.</exception>
    public static MigrationSet FromScripts(params IReadOnlyList<MigrationScript> scripts)
    {
        if (scripts.Count == 0) throw new ArgumentException("a migration set needs at least one script; for an empty database there is MigrationSet.Empty", nameof(scripts));
        if (scripts.GroupBy(script => script.Name).FirstOrDefault(group => group.Count() > 1) is { } twice) throw new ArgumentException($"two migrations are named '{twice.Key}'", nameof(scripts));
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(scripts.Select(script => $"{script.Name.Length}:{script.Name}{script.Sql.Length}:{script.Sql}"))));
        var key = $"{scripts[0].Name}{(scripts.Count > 1 ? $" … {scripts[^1].Name}" : "")} #{Convert.ToHexStringLower(hash)[..16]}";
        return new(key, (connectionString, stop) => ScriptRunner.RunAsync(connectionString, scripts, stop));
    }

    /// <summary>The <c>*.sql</c> files of a folder, not of those below, in the order of their names with numbers counted as numbers: <c>V2</c> before <c>V10</c>.</summary>
    /// <exception cref="ArgumentException">The folder is missing or has no such file.</exception>
    public static MigrationSet FromFolder(string path)
    {
        var full = Path.GetFullPath(path);
        if (!Directory.Exists(full)) throw new ArgumentException($"there is no folder {full} to read migrations from: is it copied to the output (CopyToOutputDirectory)?", nameof(path));
        var files = Directory.GetFiles(full, "*.sql").OrderBy(file => Digits().Replace(Path.GetFileName(file), number => number.Value.PadLeft(20, '0')), StringComparer.Ordinal).ToList();
        if (files.Count == 0) throw new ArgumentException($"the folder {full} has no *.sql file", nameof(path));
        return FromScripts([.. files.Select(file => new MigrationScript(Path.GetFileName(file), File.ReadAllText(file)))]);
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}

/// <summary>One step of the way from an empty database to the one that tests need.</summary>
/// <param name="Name">With its number, e.g. <c>003_payments</c>; shown when it fails.</param>
/// <param name="Sql">Statements, each executed by itself and committed at once unless the script opens a transaction.</param>
public sealed record MigrationScript(string Name, string Sql);
