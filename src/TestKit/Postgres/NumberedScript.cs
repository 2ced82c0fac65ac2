namespace ChainBridge.TestKit.Postgres;

/// <summary>A script with its place in the set, from 1, as failures report it.</summary>
internal sealed record NumberedScript(MigrationScript Script, int Number)
{
    /// <summary>Its way up, and the orders to psql in it.</summary>
    /// <exception cref="MigrationException">Its way up is not marked as the way back is.</exception>
    public IEnumerable<SqlStatement> Statements()
    {
        try
        {
            return SqlStatements.Of(MigrationSections.Up(Script.Sql));
        }
        catch (FormatException unmarked)
        {
            throw new MigrationException($"migration {Number} '{Script.Name}' cannot be run: {unmarked.Message}",
                unmarked) { Number = Number, Name = Script.Name };
        }
    }

    /// <summary>To be called before a statement of the set is run: what one made on the server would stay.</summary>
    /// <exception cref="MigrationException">It cannot be run; names the line.</exception>
    public void Check()
    {
        foreach (var order in Statements().Where(statement => statement.IsPsql))
            if (PsqlOrders.Refusal(order) is { } refusal) throw Failed(order.Offset, refusal, new NotSupportedException(refusal), []);
    }

    /// <param name="at">Where in the script.</param>
    /// <param name="roles">Those that the set has created so far.</param>
    /// <param name="advice">What to write instead, on lines of its own; empty where that is not known.</param>
    public MigrationException Failed(int at, string why, Exception cause, IReadOnlyList<uint> roles, string advice = "")
    {
        var line = Script.Sql.AsSpan(0, Math.Min(at, Script.Sql.Length)).Count('\n') + 1;
        var text = ServerObjects.WithoutPasswords(Script.Sql.Split('\n')[line - 1].Trim());
        return new($"migration {Number} '{Script.Name}' failed in line {line}: {why}\n  {line} | {text}{advice}",
            cause) { Number = Number, Name = Script.Name, Line = line, Roles = roles };
    }
}
