namespace ChainBridge.TestKit.Postgres;

/// <summary>A statement and where in its script it begins.</summary>
internal sealed record SqlStatement(int Offset, string Text);

/// <summary>Cuts a script at the semicolons that end a statement: not those in quotes, comments, dollar quotes or the body of a SQL function.</summary>
internal static class SqlStatements
{
    public static IEnumerable<SqlStatement> Of(string sql)
    {
        var (start, depth, content) = (-1, 0, false);
        var before = "";
        for (var at = 0; at < sql.Length;)
        {
            var end = TokenEnd(sql, at);
            var token = sql[at..end];
            if (!IsBlank(token))
            {
                if (start < 0) start = at;
                content |= token != ";";
            }

            var word = token.ToUpperInvariant();
            // CREATE FUNCTION … BEGIN ATOMIC …; …; END: what is between belongs to it. CASE has an END of its own.
            if (word == "ATOMIC" && before == "BEGIN") depth = 1;
            else if (depth > 0 && word == "CASE") depth++;
            else if (depth > 0 && word == "END") depth--;
            if (!IsBlank(token)) before = word;

            if (token == ";" && depth == 0)
            {
                if (content) yield return new(start, sql[start..at]);
                (start, content) = (-1, false);
            }

            at = end;
        }

        if (content) yield return new(start, sql[start..]);
    }

    private static bool IsBlank(string token) => string.IsNullOrWhiteSpace(token) || token.StartsWith("--", StringComparison.Ordinal) || token.StartsWith("/*", StringComparison.Ordinal);

    private static int TokenEnd(string sql, int at)
    {
        var rest = sql.AsSpan(at);
        if (rest[0] is '\'' or '"') return QuoteEnd(sql, at + 1, rest[0], escapes: rest[0] == '\'' && IsEscapeString(sql, at));
        if (rest.StartsWith("--")) return Until(sql, at, "\n");
        if (rest.StartsWith("/*")) return CommentEnd(sql, at);
        if (rest[0] == '$' && DollarTag(sql, at) is { } tag) return Until(sql, at + tag.Length, tag);
        if (!IsWord(rest[0])) return at + 1;
        var end = at;
        while (end < sql.Length && (IsWord(sql[end]) || sql[end] == '$')) end++;
        return end;
    }

    private static bool IsWord(char character) => char.IsLetterOrDigit(character) || character == '_';

    /// <summary><c>E'…\'…'</c>: only there a backslash escapes.</summary>
    private static bool IsEscapeString(string sql, int quote) => quote > 0 && sql[quote - 1] is 'E' or 'e' && (quote == 1 || !IsWord(sql[quote - 2]));

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
