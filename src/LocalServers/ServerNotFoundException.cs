namespace ChainBridge.LocalServers;

/// <summary>A server program is not installed. The message names the package to install.</summary>
public sealed class ServerNotFoundException(string message) : Exception(message);

/// <summary>A server did not start. The message has its exit code and last output.</summary>
public sealed class ServerStartException(string message) : Exception(message);
