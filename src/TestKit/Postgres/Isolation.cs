using ChainBridge.TestKit.Basics;

namespace ChainBridge.TestKit;

/// <summary>How a test's database is kept apart from those of other tests.</summary>
public enum Isolation
{
    /// <summary>A fresh copy of the migrated database, dropped afterwards. Always right; the default.</summary>
    Clone,

    /// <summary>
    /// A database that a test before has used and that was set back to its migrated state. Right for tests that write rows; one that
    /// changed the schema is dropped instead.
    /// </summary>
    Reset,

    /// <summary>
    /// One connection inside a transaction that is rolled back. The fastest; right where all of the test goes through
    /// <see cref="DatabaseLease.Connection"/> and nothing commits.
    /// </summary>
    Transaction,
}

/// <summary>
/// How the databases of a test, a class or an assembly are isolated; the narrowest one counts, and
/// <see cref="LeaseOptions.Isolation"/> before all of them.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly)]
public sealed class IsolationAttribute(Isolation isolation) : Attribute
{
    /// <summary>The way chosen.</summary>
    public Isolation Isolation { get; } = isolation;

    /// <summary>
    /// The isolation that the attributes of the running test, or of the running fixture's class, set; null when none does.
    /// </summary>
    internal static Isolation? Here() => NearestAttribute.Here<IsolationAttribute>()?.Isolation;
}
