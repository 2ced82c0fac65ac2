namespace ChainBridge.TestKit.Load.Scenarios;

/// <summary>Where a user's steps are recorded.</summary>
internal interface IStepSink
{
    TimeProvider Time { get; }

    /// <summary>From the beginning of the run, monotonic.</summary>
    TimeSpan Now { get; }

    TimeSpan StepTimeout { get; }

    StepRecorder Of(string step);
}
