namespace ChainBridge.TestKit.Postgres;

/// <summary>What becomes of the lines of a script that are meant for psql: none of them is SQL.</summary>
internal static class PsqlOrders
{
    /// <summary>
    /// These change nothing in the database: what pg_dump writes against injected orders, output, and how psql treats errors,
    /// which end a migration anyway.
    /// </summary>
    private static readonly HashSet<string> PassedOver = ["restrict", "unrestrict", "echo", "qecho", "warn", "timing", "pset", "encoding",
        "x", "t", "a"];

    private static readonly HashSet<string> Switches = ["ON_ERROR_STOP", "ON_ERROR_ROLLBACK", "ECHO", "QUIET", "VERBOSITY", "SHOW_CONTEXT",
        "FETCH_COUNT", "HISTFILE"];

    private static readonly Dictionary<string, string> Instead = new()
    {
        ["c"] = "a migration set makes one database: leave the line out, and dump without --create",
        ["connect"] = "a migration set makes one database: leave the line out, and dump without --create",
        ["i"] = "make the file's statements a script of the set",
        ["ir"] = "make the file's statements a script of the set",
        ["include"] = "make the file's statements a script of the set",
        ["include_relative"] = "make the file's statements a script of the set",
        ["copy"] = @"write COPY … FROM stdin; with its rows and a line '\.' below it, or INSERT",
        ["gexec"] = "write a DO block that EXECUTEs the statements",
        ["g"] = "end the statement with a semicolon",
        ["gx"] = "end the statement with a semicolon",
        ["gset"] = "write the value itself, or a DO block",
        ["set"] = "write the value itself where the variable is used",
        ["if"] = "write a DO block with IF",
    };

    /// <summary>Null where it can be passed over; otherwise what to write instead.</summary>
    public static string? Refusal(SqlStatement order)
    {
        var words = order.Text[1..].Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        var name = words.FirstOrDefault() ?? "";
        if (order.Within) return Refused("end the statement with a semicolon before it");
        if (PassedOver.Contains(name) || name == "set" && words.Length > 1 && Switches.Contains(words[1])) return null;
        return Refused("leave it out, or write it as SQL");

        string Refused(string otherwise) =>
            $@"\{name} is an order to psql, which TestKit does not use: {Instead.GetValueOrDefault(name, otherwise)}";
    }
}
