namespace ChainBridge.TestKit.Postgres;

/// <summary>A statement, or an order to psql, and where in its script it begins.</summary>
internal sealed record SqlStatement(int Offset, string Text)
{
    /// <summary>The rows that follow <c>COPY … FROM stdin;</c>, and where they begin; null for every other statement.</summary>
    public (int Offset, string Text)? Rows { get; init; }

    /// <summary>Whether it is an order to psql, such as <c>\connect</c>.</summary>
    public bool IsPsql => Text.StartsWith('\\');

    /// <summary>Whether that order stands in the middle of a statement.</summary>
    public bool Within { get; init; }
}

/// <summary>
/// Cuts a script at the semicolons that end a statement: not those in quotes, comments, dollar quotes or the body of a SQL function.
/// </summary>
internal static class SqlStatements
{
    public static IEnumerable<SqlStatement> Of(string sql)
    {
        var (start, depth, content) = (-1, 0, false);
        var (first, before) = ("", "");
        var rows = false;
        for (var at = 0; at < sql.Length;)
        {
            var end = SqlToken.End(sql, at);
            var token = sql[at..end];
            if (token[0] == '\\')
            {
                yield return new(at, token.TrimEnd()) { Within = content };
                at = end;
                continue;
            }

            var word = token.ToUpperInvariant();
            if (!SqlToken.IsBlank(token))
            {
                if (start < 0) (start, first, rows) = (at, word, false);
                content |= token != ";";
            }

            // CREATE FUNCTION … BEGIN ATOMIC …; …; END: what is between belongs to it. CASE has an END of its own.
            if (word == "ATOMIC" && before == "BEGIN") depth = 1;
            else if (depth > 0 && word == "CASE") depth++;
            else if (depth > 0 && word == "END") depth--;
            rows |= first == "COPY" && before == "FROM" && word == "STDIN";
            if (!SqlToken.IsBlank(token)) before = word;

            if (token == ";" && depth == 0)
            {
                var statement = new SqlStatement(start, sql[start..at]);
                if (rows) (statement, end) = WithRows(statement, sql, end);
                if (content) yield return statement;
                (start, content) = (-1, false);
            }

            at = end;
        }

        if (content) yield return new(start, sql[start..]);
    }

    /// <summary>The lines after the statement's, up to one with <c>\.</c> alone, as psql reads them.</summary>
    private static (SqlStatement Statement, int End) WithRows(SqlStatement statement, string sql, int at)
    {
        var from = LineEnd(sql, at);
        var line = from;
        while (line < sql.Length)
        {
            var next = LineEnd(sql, line);
            if (sql.AsSpan(line, next - line).TrimEnd("\r\n").SequenceEqual("\\."))
                return (statement with { Rows = (from, sql[from..line]) }, next);
            line = next;
        }

        return (statement with { Rows = (from, sql[from..]) }, sql.Length);
    }

    private static int LineEnd(string sql, int at) => sql.IndexOf('\n', at) is var end and >= 0 ? end + 1 : sql.Length;
}

/// <summary>The pieces of SQL that a cut must not go through.</summary>
internal static class SqlToken
{
    public static bool IsBlank(string token) => string.IsNullOrWhiteSpace(token) || token.StartsWith("--", StringComparison.Ordinal)
        || token.StartsWith("/*", StringComparison.Ordinal);

    /// <summary>Where the piece that begins here ends; an order to psql goes to the end of its line.</summary>
    public static int End(string sql, int at)
    {
        var rest = sql.AsSpan(at);
        if (rest[0] is '\'' or '"') return QuoteEnd(sql, at + 1, rest[0], escapes: rest[0] == '\'' && IsEscapeString(sql, at));
        if (rest[0] == '\\' || rest.StartsWith("--")) return Until(sql, at, "\n");
        if (rest.StartsWith("/*")) return CommentEnd(sql, at);
        if (rest[0] == '$' && DollarTag(sql, at) is { } tag) return Until(sql, at + tag.Length, tag);
        if (!IsWord(rest[0])) return at + 1;
        var end = at;
        while (end < sql.Length && (IsWord(sql[end]) || sql[end] == '$')) end++;
        return end;
    }

    private static bool IsWord(char character) => char.IsLetterOrDigit(character) || character == '_';

    /// <summary><c>E'…\'…'</c>: only there a backslash escapes.</summary>
    private static bool IsEscapeString(string sql, int quote) =>
        quote > 0 && sql[quote - 1] is 'E' or 'e' && (quote == 1 || !IsWord(sql[quote - 2]));

    private static int QuoteEnd(string sql, int at, char quote, bool escapes)
    {
        for (; at < sql.Length; at++)
        {
            if (escapes && sql[at] == '\\') at++;
            else if (sql[at] == quote) return at + 1;
        }

        return sql.Length;
    }

    private static int CommentEnd(string sql, int at)
    {
        var depth = 0;
        for (; at < sql.Length - 1; at++)
        {
            if (sql[at] == '/' && sql[at + 1] == '*') (depth, at) = (depth + 1, at + 1);
            else if (sql[at] == '*' && sql[at + 1] == '/')
            {
                (depth, at) = (depth - 1, at + 1);
                if (depth == 0) return at + 1;
            }
        }

        return sql.Length;
    }

    private static string? DollarTag(string sql, int at)
    {
        if (at > 0 && IsWord(sql[at - 1])) return null;
        var end = at + 1;
        while (end < sql.Length && IsWord(sql[end])) end++;
        return end < sql.Length && sql[end] == '$' && !(end > at + 1 && char.IsDigit(sql[at + 1])) ? sql[at..(end + 1)] : null;
    }

    private static int Until(string sql, int from, string mark)
    {
        var found = sql.IndexOf(mark, Math.Min(from, sql.Length), StringComparison.Ordinal);
        return found < 0 ? sql.Length : found + mark.Length;
    }
}
