namespace ChainBridge.TestKit;

/// <summary>What a container is given.</summary>
public sealed record ContainerOptions : ServiceOptions
{
    /// <summary>The port it listens on inside; default 8080. Outside it gets a free one, which is read back.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>Its environment; default only what the image sets.</summary>
    public IReadOnlyDictionary<string, string?> Variables { get; init; } = new Dictionary<string, string?>();

    /// <summary>
    /// Variable → address of a service of this machine, as <see cref="ServiceUnderTest.BaseAddress"/> has it. Inside the container
    /// loopback is another; the variable gets an address at which the service is reached from there.
    /// </summary>
    public IReadOnlyDictionary<string, Uri> Reaches { get; init; } = new Dictionary<string, Uri>();

    /// <summary>In place of the image's command; default the image's.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>How long an image that is not on the engine may take to be pulled; default 5 minutes.</summary>
    public TimeSpan PullTimeout { get; init; } = TimeSpan.FromMinutes(5);
}
