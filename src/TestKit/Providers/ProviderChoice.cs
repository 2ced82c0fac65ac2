namespace ChainBridge.TestKit.Providers;

/// <summary>Which provider a run uses, and why.</summary>
public sealed record ProviderChoice(string Name, string Why)
{
    /// <summary>
    /// <paramref name="wanted"/> is the value of <c>CHAINBRIDGE_PROVIDER</c>: <c>docker</c>, <c>native</c>, or
    /// <c>auto</c> (also when empty), which takes Docker if the engine answers within a second and else native.
    /// </summary>
    /// <param name="dockerProblem">Null when the engine answers.</param>
    /// <param name="nativeProblem">Null when the programs are installed.</param>
    /// <exception cref="ProviderException">What was wanted is not there, or neither is; names the fixes.</exception>
    public static async Task<ProviderChoice> MakeAsync(string? wanted, Func<CancellationToken, Task<string?>> dockerProblem, Func<string?> nativeProblem, CancellationToken cancellationToken)
    {
        switch (wanted)
        {
            case "native":
                return nativeProblem() is { } missing ? throw new ProviderException($"CHAINBRIDGE_PROVIDER=native: {missing}") : new("native", "CHAINBRIDGE_PROVIDER=native");
            case "docker":
                return await dockerProblem(cancellationToken) is { } away ? throw new ProviderException($"CHAINBRIDGE_PROVIDER=docker: {away}. Start it: sudo eng/docker-engine.sh") : new("docker", "CHAINBRIDGE_PROVIDER=docker");
            case null or "" or "auto":
                if (await dockerProblem(cancellationToken) is not { } docker) return new("docker", "a Docker engine answers");
                if (nativeProblem() is not { } native) return new("native", docker);
                throw new ProviderException($"no PostgreSQL and Redis can be started. Either start a Docker engine ({docker}), or install the servers ({native})");
            default:
                throw new ProviderException($"CHAINBRIDGE_PROVIDER={wanted} is unknown: use docker, native or auto");
        }
    }
}
