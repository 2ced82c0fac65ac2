using System.Text.RegularExpressions;
using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>
/// What a migration makes on the server rather than in its database: there it meets what other sets and earlier runs have made.
/// </summary>
internal static partial class ServerObjects
{
    /// <summary>The role that the statement creates, as it is written; null where it creates none.</summary>
    public static string? RoleOf(string statement) =>
        CreateRole().Match(statement) is { Success: true } match ? match.Groups["name"].Value : null;

    /// <summary>What to write instead, where the failure comes from what the server has already, or has not; else empty.</summary>
    public static string Advice(PostgresException error, string statement)
    {
        var taken = error.SqlState is PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.DuplicateDatabase
            || error is { SqlState: PostgresErrorCodes.UniqueViolation, SchemaName: "pg_catalog" };
        if (taken && RoleOf(statement) is not null)
            return "\nRoles belong to the server, not to the database: another migration set or an earlier run has created this one. "
                + $"Write the statement so that it may be there already:\n  {Guarded(statement)}";
        if (taken && CreateOther().Match(statement) is { Success: true } other)
            return $"\n{(other.Groups["kind"].Value.ToUpperInvariant() == "DATABASE" ? "Databases" : "Tablespaces")} belong to the server, "
                + "not to the database: another migration set or an earlier run has created this one. Leave the statement out; "
                + "tests share the server";
        if (taken && RoleMessage().IsMatch(error.MessageText))
            return "\nRoles belong to the server, not to the database: another migration set or an earlier run has created this one. "
                + "Let the block go on when it is there already: EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;";
        return error.SqlState is PostgresErrorCodes.UndefinedObject or PostgresErrorCodes.InvalidParameterValue
            && RoleMessage().IsMatch(error.MessageText)
            ? "\nRoles belong to the server, not to the database, and are in no dump of it. Create it in a script before this one, "
                + "or dump with --no-owner --no-privileges:\n  " + Guarded(
                    $"CREATE ROLE {RoleMessage().Match(error.MessageText).Groups["name"].Value}")
            : "";
    }

    /// <summary>The statement for messages, with its passwords masked.</summary>
    public static string WithoutPasswords(string sql) => Password().Replace(sql, "$1'…'");

    private static string Guarded(string statement) =>
        $"DO $$ BEGIN {WithoutPasswords(statement.Trim())}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;";

    [GeneratedRegex(@"^CREATE\s+(ROLE|USER(?!\s+MAPPING\b)|GROUP)\s+(?<name>""([^""]|"""")+""|[^\s;""]+)", RegexOptions.IgnoreCase)]
    private static partial Regex CreateRole();

    [GeneratedRegex(@"(\bPASSWORD\s+)'([^']|'')*'", RegexOptions.IgnoreCase)]
    private static partial Regex Password();

    [GeneratedRegex(@"^CREATE\s+(?<kind>DATABASE|TABLESPACE)\b", RegexOptions.IgnoreCase)]
    private static partial Regex CreateOther();

    [GeneratedRegex(@"^role (?<name>""[^""]+"") (already exists|does not exist)$")]
    private static partial Regex RoleMessage();
}
