using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>
/// When a template that outlives its run was last used: in its comment, above the comment that its migrations gave it, because that is all
/// a role that owns nothing else on the server can write down. The server's clock counts.
/// </summary>
internal static class TemplateMark
{
    /// <summary>A template that no run has asked for in this time is dropped.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <summary>How old the mark may become before it is written anew.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    private const string Words = "ChainBridge.TestKit template, last used ";

    /// <summary>SQL: the comment without the mark; empty where there is none.</summary>
    public static string CommentOf(string comment) => $"regexp_replace(coalesce({comment}, ''), '^{Words}[^\\n]*\\n?', '')";

    /// <summary>SQL: whether a template was used a short while ago, and whether it is too old to keep.</summary>
    public static string IsFresh(string comment) => $"coalesce({UsedAt(comment)} > now() - interval '{Fresh.TotalSeconds} s', false)";

    /// <summary>SQL: whether no run has asked for it for long. One without a mark is kept.</summary>
    public static string IsStale(string comment) => $"coalesce({UsedAt(comment)} < now() - interval '{Kept.TotalSeconds} s', false)";

    /// <summary>SQL that writes the mark.</summary>
    public static string Write(string template) => $$"""
        DO $chainbridge$ BEGIN
            EXECUTE format('COMMENT ON DATABASE {{template}} IS %L', (
                SELECT format(E'{{Words}}%s\n%s', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                    {{CommentOf("shobj_description(oid, 'pg_database')")}})
                FROM pg_database WHERE datname = '{{template}}'));
        END $chainbridge$
        """;

    private static string UsedAt(string comment) => $"substring({comment} FROM '^{Words}([0-9T:Z-]+)')::timestamptz";
}
