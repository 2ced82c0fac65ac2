namespace ChainBridge.TestKit.Providers.Docker;

/// <summary>How published ports of an engine are reached.</summary>
/// <param name="PublishOn">The address that a container's port is bound to on the engine's machine.</param>
/// <param name="Reach">The host that we connect to.</param>
internal sealed record EngineHost(string PublishOn, string Reach)
{
    /// <summary>
    /// An engine on a socket publishes on loopback, one reached by TCP on its own host; <c>TESTCONTAINERS_HOST_OVERRIDE</c>
    /// names the host where neither is right, e.g. for tests that run in a container themselves.
    /// </summary>
    public static EngineHost Of(Uri engine, Func<string, string?> variable) =>
        variable("TESTCONTAINERS_HOST_OVERRIDE") is { Length: > 0 } named ? new("0.0.0.0", named)
        : engine.Scheme is "tcp" or "http" or "https" && !engine.IsLoopback ? new("0.0.0.0", engine.Host)
        : new("127.0.0.1", "127.0.0.1");
}
