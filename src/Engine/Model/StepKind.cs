namespace ChainBridge.Engine.Model;

/// <summary>The steps of a deployment, in the words the journal uses.</summary>
public enum StepKind
{
    /// <summary>Look for reasons not to start.</summary>
    Preflight,
    /// <summary>Build every service.</summary>
    Build,
    /// <summary>Run the integration gate.</summary>
    Test,
    /// <summary>Bring up edge and accessories.</summary>
    Prepare,
    /// <summary>Move a service's database up.</summary>
    Migrate,
    /// <summary>Move a service's database back.</summary>
    MigrateDown,
    /// <summary>Start the candidate beside the old release.</summary>
    StartSlot,
    /// <summary>Check by digest what runs.</summary>
    Verify,
    /// <summary>Smoke the candidate before it has traffic.</summary>
    SmokeCandidate,
    /// <summary>Let a slot's workers end what they have in hand, and stop them.</summary>
    StopWorkers,
    /// <summary>Start a slot's workers.</summary>
    StartWorkers,
    /// <summary>Give the candidate a share of the traffic.</summary>
    Shift,
    /// <summary>Judge the candidate beside the old release while both have traffic.</summary>
    Compare,
    /// <summary>Move the traffic.</summary>
    Switch,
    /// <summary>Smoke through the public door.</summary>
    SmokePublic,
    /// <summary>Watch the release while it has the traffic and the old one is still warm.</summary>
    Observe,
    /// <summary>Record the release as stable.</summary>
    Promote,
    /// <summary>Wait for requests in flight.</summary>
    Drain,
    /// <summary>Stop a slot.</summary>
    StopSlot,
    /// <summary>Remove releases no longer kept.</summary>
    Retain,
    /// <summary>Register the models that the release brings along.</summary>
    RegisterModels,
    /// <summary>Smoke the old release once the databases were moved.</summary>
    SmokePrevious,
    /// <summary>Run a hook of the manifest; the journal has its name as the service.</summary>
    Hook,
    /// <summary>Make a slot's services, and start none.</summary>
    LayOut,
    /// <summary>Start a service of a slot.</summary>
    StartService,
    /// <summary>Have the names of services lead to a slot, for both slots.</summary>
    MoveName,
    /// <summary>Let a service of a slot end what it has in hand, and stop it.</summary>
    StopService,
}
