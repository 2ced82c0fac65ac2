using Microsoft.Extensions.DependencyInjection;

namespace ChainBridge.TestKit;

/// <summary>How a start is waited for.</summary>
public record ServiceOptions
{
    /// <summary>
    /// The path that answers 2xx once the service can be used; default <c>health</c>. Null: it can be used as soon as it listens.
    /// </summary>
    public string? HealthPath { get; init; } = "health";

    /// <summary>How long it may take until it can be used; default 30 s.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>What a program that runs in the test's process is given.</summary>
public sealed record InProcessOptions : ServiceOptions
{
    /// <summary>
    /// Settings, e.g. <c>["Postgres:Host"]</c>: as arguments for what is read early, and as the last source of its configuration.
    /// </summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>
    /// The clock that it is to go by: takes the place of every <see cref="TimeProvider"/> it registered. Null, the
    /// default, leaves it its own.
    /// </summary>
    public TimeProvider? Time { get; init; }

    /// <summary>Called when it has registered its services, to replace some; default nothing.</summary>
    public Action<IServiceCollection>? ConfigureServices { get; init; }
}
