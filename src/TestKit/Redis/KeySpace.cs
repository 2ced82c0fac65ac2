using ChainBridge.TestKit.Basics;

namespace ChainBridge.TestKit;

/// <summary>How a test's keys are kept apart from those of other tests.</summary>
public enum KeySpace
{
    /// <summary>
    /// A numbered database of its own; the default. Right for services that name their keys as they like. Channels
    /// are shared by all databases.
    /// </summary>
    Number,

    /// <summary>
    /// A prefix that all its keys and channels begin with, and a user that the server holds to it. Right where one database must do,
    /// or channels must be apart.
    /// </summary>
    Prefix,
}

/// <summary>
/// How the key spaces of a test, a class or an assembly are kept apart; the narrowest one counts, and
/// <see cref="KeySpaceOptions.KeySpace"/> before all of them.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly)]
public sealed class KeySpaceAttribute(KeySpace keySpace) : Attribute
{
    /// <summary>The way chosen.</summary>
    public KeySpace KeySpace { get; } = keySpace;

    /// <summary>
    /// The key space that the attributes of the running test, or of the running fixture's class, set; null when none does.
    /// </summary>
    internal static KeySpace? Here() => NearestAttribute.Here<KeySpaceAttribute>()?.KeySpace;
}

/// <summary>How one key space is leased; what is not set comes from the attributes.</summary>
public sealed record KeySpaceOptions
{
    /// <summary>
    /// Default: <see cref="KeySpaceAttribute"/> on the method, its class or its assembly, else
    /// <see cref="ChainBridge.TestKit.KeySpace.Number"/>.
    /// </summary>
    public KeySpace? KeySpace { get; init; }

    /// <summary>The scope that owns the lease; null where the lease ends when it is disposed.</summary>
    internal Func<TestScope?> Scope { get; init; } = () => TestScope.Current;
}
