namespace ChainBridge.TestKit;

/// <summary>No servers can be had as asked. The message names what to do.</summary>
public sealed class ProviderException(string message, Exception? inner = null) : Exception(message, inner);
