namespace ChainBridge.Engine.Manifest;

/// <summary>A command of the team that is run before or after a part of a run.</summary>
/// <param name="Name">In reports. Default its program.</param>
/// <param name="Before">Before the part begins; else after it went well.</param>
/// <param name="Timeout">For one run of it. Default 60 s.</param>
public sealed record HookSpec(string Name, bool Before, HookPoint Point, IReadOnlyList<string> Run, TimeSpan Timeout);

/// <summary>A part of a run, in the manifest's words.</summary>
public enum HookPoint
{
    /// <summary>Look for reasons not to start.</summary>
    Preflight,
    /// <summary>Build every service.</summary>
    Build,
    /// <summary>Run the integration gate.</summary>
    Test,
    /// <summary>Bring up edge and accessories.</summary>
    Prepare,
    /// <summary>Move the databases up.</summary>
    Migrate,
    /// <summary>Start the candidate beside the old release, and check by digest what runs.</summary>
    Start,
    /// <summary>Smoke the candidate before it has traffic.</summary>
    Smoke,
    /// <summary>Give the candidate shares of the traffic, and compare it with the old release.</summary>
    Canary,
    /// <summary>Hand over the workers' work and move the traffic.</summary>
    Switch,
    /// <summary>Smoke through the public door.</summary>
    Verify,
    /// <summary>Watch the release while the old one is still warm.</summary>
    Observe,
    /// <summary>Record the release as stable.</summary>
    Promote,
    /// <summary>Wait for requests in flight.</summary>
    Drain,
    /// <summary>Stop the old release.</summary>
    Stop,
    /// <summary>Remove releases no longer kept.</summary>
    Retain,
    /// <summary>The run failed, and the way back is over.</summary>
    Failure,
}
