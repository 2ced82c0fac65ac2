namespace ChainBridge.TestKit.Load;

/// <summary>How the generator speaks HTTP.</summary>
/// <param name="Version"><c>1.1</c>, <c>2</c> or <c>3</c>; 2 without TLS is spoken without asking first.</param>
/// <param name="Connections">The most connections to one server; null for as many as are needed.</param>
/// <param name="AcceptAnyCertificate">For servers of a test with a certificate of their own.</param>
/// <param name="NewConnections">Each request on a connection of its own: what a crowd of strangers costs.</param>
/// <param name="Lean">
/// Scenarios that are data go by a client that keeps nothing of an answer but its status and length, where it can (HTTP/1.1, no TLS).
/// </param>
public sealed record LoadHttpOptions(
    string Version = "1.1", int? Connections = null, bool AcceptAnyCertificate = false, bool NewConnections = false, bool Lean = true)
{
    /// <summary>What is wrong with it; empty when nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (Version is not ("1.1" or "2" or "3")) yield return $"HTTP version '{Version}' is not known: write 1.1, 2 or 3";
        if (Connections is < 1) yield return $"{Connections} connections carry no request: at least 1, or leave it out for as many as "
            + $"needed";
    }
}
