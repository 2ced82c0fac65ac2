using System.Text.RegularExpressions;

namespace ChainBridge.TestKit.Postgres;

/// <summary>A tool that keeps the way up and the way back in one file, and the comments it marks them with.</summary>
internal sealed record SectionTool(string Name, string UpMark, string DownMark, Regex Up, Regex Down)
{
    /// <summary>Whether the way up needs no mark: it is what stands before the way back.</summary>
    public bool UpIsFirst { get; init; }

    public bool Marks(string sql) => Up.IsMatch(sql) || Down.IsMatch(sql);
}

/// <summary>The way up in a script that holds the way back too.</summary>
internal static partial class MigrationSections
{
    private static readonly SectionTool[] Tools =
    [
        new("goose", "-- +goose Up", "-- +goose Down", GooseUp(), GooseDown()),
        new("dbmate", "-- migrate:up", "-- migrate:down", DbmateUp(), DbmateDown()),
        new("sql-migrate", "-- +migrate Up", "-- +migrate Down", SqlMigrateUp(), SqlMigrateDown()),
        new("node-pg-migrate", "-- Up Migration", "-- Down Migration", NodeUp(), NodeDown()),
        new("MyBatis", "", "-- //@UNDO", Never(), MyBatisUndo()) { UpIsFirst = true },
    ];

    /// <summary>The tool whose marks the script has; null where it has none.</summary>
    public static SectionTool? ToolOf(string sql) => Tools.FirstOrDefault(tool => tool.Marks(sql));

    /// <summary>The script with all but its way up made blank, so that every line keeps its number.</summary>
    /// <exception cref="FormatException">
    /// It has a way back and no way up, or statements before the way up; the message names the line.
    /// </exception>
    public static string Up(string sql)
    {
        if (ToolOf(sql) is not { } tool) return sql;
        var down = tool.Down.Match(sql);
        if (tool.UpIsFirst) return Kept(sql, 0, down.Index);
        var up = tool.Up.Match(sql);
        if (!up.Success)
            throw new FormatException($"line {Line(sql, down.Index)}: it has '{tool.DownMark}' of {tool.Name} and no '{tool.UpMark}': "
                + "mark where its way up begins");
        var end = down.Success && down.Index > up.Index ? down.Index : sql.Length;
        var ahead = down.Success && down.Index < up.Index ? sql[..down.Index] : sql[..up.Index];
        if (SqlStatements.Of(ahead).FirstOrDefault() is { } stray)
            throw new FormatException($"line {Line(sql, stray.Offset)}: a statement stands before '{tool.UpMark}', where {tool.Name} "
                + "would not run it: move it below that line");
        return Kept(sql, up.Index, end);
    }

    private static string Kept(string sql, int from, int to) => Blank(sql[..from]) + sql[from..to] + Blank(sql[to..]);

    private static string Blank(string text) => NoLineEnd().Replace(text, " ");

    private static int Line(string sql, int offset) => sql.AsSpan(0, offset).Count('\n') + 1;

    private const RegexOptions Marks = RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant;

    [GeneratedRegex("[^\n]")]
    private static partial Regex NoLineEnd();

    [GeneratedRegex(@"^[ \t]*--[ \t]*\+goose[ \t]+up\b", Marks)]
    private static partial Regex GooseUp();

    [GeneratedRegex(@"^[ \t]*--[ \t]*\+goose[ \t]+down\b", Marks)]
    private static partial Regex GooseDown();

    [GeneratedRegex(@"^[ \t]*--[ \t]*migrate:up\b", Marks)]
    private static partial Regex DbmateUp();

    [GeneratedRegex(@"^[ \t]*--[ \t]*migrate:down\b", Marks)]
    private static partial Regex DbmateDown();

    [GeneratedRegex(@"^[ \t]*--[ \t]*\+migrate[ \t]+up\b", Marks)]
    private static partial Regex SqlMigrateUp();

    [GeneratedRegex(@"^[ \t]*--[ \t]*\+migrate[ \t]+down\b", Marks)]
    private static partial Regex SqlMigrateDown();

    [GeneratedRegex(@"^[ \t]*--[ \t-]*up[ \t]+migration[ \t\r]*$", Marks)]
    private static partial Regex NodeUp();

    [GeneratedRegex(@"^[ \t]*--[ \t-]*down[ \t]+migration[ \t\r]*$", Marks)]
    private static partial Regex NodeDown();

    [GeneratedRegex(@"^[ \t]*--[ \t]*//[ \t]*@undo\b", Marks)]
    private static partial Regex MyBatisUndo();

    [GeneratedRegex(@"(?!)")]
    private static partial Regex Never();
}
