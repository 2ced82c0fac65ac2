namespace ChainBridge.TestKit.Load;

/// <summary>A step of an iteration failed; it is counted already.</summary>
public sealed class LoadStepException(string step, Exception inner) : Exception($"the step '{step}' failed: {inner.Message}", inner);
