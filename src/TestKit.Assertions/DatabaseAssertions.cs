using FluentAssertions.Primitives;

namespace ChainBridge.TestKit.Assertions;

/// <summary>What a leased database must be: its schema, what was left over in it, its migrations.</summary>
public sealed class DatabaseAssertions(DatabaseLease subject) : ReferenceTypeAssertions<DatabaseLease, DatabaseAssertions>(subject)
{
    /// <inheritdoc/>
    protected override string Identifier => "the database";
}

/// <summary>What a leased key space must be.</summary>
public sealed class KeySpaceAssertions(RedisLease subject) : ReferenceTypeAssertions<RedisLease, KeySpaceAssertions>(subject)
{
    /// <inheritdoc/>
    protected override string Identifier => "the key space";
}

/// <summary>The way in.</summary>
public static class LeaseExtensions
{
    /// <summary>Assertions about a leased database.</summary>
    public static DatabaseAssertions Should(this DatabaseLease database) => new(database);

    /// <summary>Assertions about a leased key space.</summary>
    public static KeySpaceAssertions Should(this RedisLease keySpace) => new(keySpace);
}
