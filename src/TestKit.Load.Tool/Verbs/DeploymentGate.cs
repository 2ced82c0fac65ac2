namespace ChainBridge.TestKit.Load.Tool.Verbs;

/// <summary>The gate of a deployment that this command is run in: what it says of the candidate and of the stable release.</summary>
/// <param name="Baselines">Where measures are kept; null when no folder of the environment is on this machine.</param>
/// <param name="Expected">The candidate's version.</param>
/// <param name="Stable">The last stable release; null when there is none yet.</param>
/// <param name="StableUrl">Where that one answers beside the candidate; null when it cannot be asked.</param>
/// <param name="StableIsUnreachable">It serves, and could not be asked for its address.</param>
internal sealed record DeploymentGate(string? Baselines, string? Expected, string? Stable, string? StableUrl, bool StableIsUnreachable)
{
    public const string StableUrlVariable = "CHAINBRIDGE_STABLE_URL";

    /// <summary>Whether this command is run in any gate, whose time is limited; only some of them tell of a stable release.</summary>
    public static bool IsAround(Surroundings surroundings) => surroundings.Variable("CHAINBRIDGE_RESULTS") is { Length: > 0 };

    /// <summary>Null outside of one that tells of a stable release.</summary>
    public static DeploymentGate? Around(Surroundings surroundings)
    {
        var (state, at) = (Value("CHAINBRIDGE_ENVIRONMENT_STATE"), Value("CHAINBRIDGE_ASKED_AT"));
        if (state is null && at is null) return null;
        // What is asked at its own address and what is asked through the edge are two measures of one release.
        return new(state is null ? null : Path.Combine(state, "load", at ?? ""), Value("CHAINBRIDGE_EXPECT_VERSION"),
            Value("CHAINBRIDGE_STABLE_VERSION"), Value(StableUrlVariable),
            Value("CHAINBRIDGE_STABLE_UNREACHABLE") is not null);

        string? Value(string name) => surroundings.Variable(name) is { Length: > 0 } value ? value : null;
    }
}
