namespace ChainBridge.TestKit;

/// <summary>
/// A database or key space could not be had, used or given back. The message names what was tried, what stood in the way and what to do.
/// </summary>
public class LeaseException(string message, Exception? inner = null) : InvalidOperationException(message, inner);
