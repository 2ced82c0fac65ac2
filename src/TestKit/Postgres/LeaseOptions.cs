namespace ChainBridge.TestKit;

/// <summary>How one database is leased; what is not set comes from the attributes and the environment.</summary>
public sealed record LeaseOptions
{
    /// <summary>
    /// Default: <see cref="IsolationAttribute"/> on the method, its class or its assembly, else
    /// <see cref="ChainBridge.TestKit.Isolation.Clone"/>.
    /// </summary>
    public Isolation? Isolation { get; init; }

    /// <summary>
    /// Whether the database stays when the test fails, to be looked at. Default: whether <c>CHAINBRIDGE_KEEP_FAILED</c> is <c>1</c>.
    /// </summary>
    public bool? KeepFailed { get; init; }

    /// <summary>The scope that owns the lease; null where the lease ends when it is disposed.</summary>
    internal Func<TestScope?> Scope { get; init; } = () => TestScope.Current;
}
