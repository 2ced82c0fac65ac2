namespace ChainBridge.TestKit.Providers;

/// <summary>Which provider a run uses, and why.</summary>
public sealed record ProviderChoice(string Name, string Why)
{
    /// <summary>
    /// <paramref name="wanted"/> is the value of <c>CHAINBRIDGE_PROVIDER</c>: <c>docker</c>, <c>native</c>, <c>embedded</c>,
    /// <c>external</c>, or <c>auto</c> (also when empty), which takes the first that can be had of docker, native and embedded.
    /// </summary>
    /// <param name="problems">Why each cannot be had; null when it can.</param>
    /// <exception cref="ProviderException">What was wanted is not there, or none is; names the fixes.</exception>
    public static async Task<ProviderChoice> MakeAsync(string? wanted, ProviderProblems problems, CancellationToken cancellationToken)
    {
        wanted = wanted?.Trim().ToLowerInvariant();
        switch (wanted)
        {
            case "native":
                return Named(wanted, problems.Native());
            case "embedded":
                return Named(wanted, problems.Embedded());
            case "external":
                return Named(wanted, problems.External());
            case "docker":
                return Named(wanted, await problems.Docker(cancellationToken) is { } away
                    ? $"{away}. Start it: sudo eng/docker-engine.sh"
                    : null);
            case null or "" or "auto":
                if (await problems.Docker(cancellationToken) is not { } docker) return new("docker", "a Docker engine answers");
                if (problems.Native() is not { } native) return new("native", docker);
                if (problems.Embedded() is not { } embedded) return new("embedded", $"{docker}; {native}");
                throw new ProviderException(
                    $"no PostgreSQL and Redis can be started. Either start a Docker engine ({docker}), or install the servers ({native}), "
                        + $"or have them embedded ({embedded}), or name servers that run already (CHAINBRIDGE_PROVIDER=external)");
            default:
                throw new ProviderException($"CHAINBRIDGE_PROVIDER={wanted} is unknown: use docker, native, embedded, external or auto");
        }
    }

    private static ProviderChoice Named(string name, string? problem) => problem is null
        ? new(name, $"CHAINBRIDGE_PROVIDER={name}")
        : throw new ProviderException($"CHAINBRIDGE_PROVIDER={name}: {problem}");
}

/// <summary>Asks each provider why it cannot be had; null when it can.</summary>
public sealed record ProviderProblems(
    Func<CancellationToken, Task<string?>> Docker, Func<string?> Native, Func<string?> Embedded, Func<string?> External);
