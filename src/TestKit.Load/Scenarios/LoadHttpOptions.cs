namespace ChainBridge.TestKit.Load;

/// <summary>How the generator speaks HTTP.</summary>
/// <param name="Version"><c>1.1</c>, <c>2</c> or <c>3</c>; 2 without TLS is spoken without asking first.</param>
/// <param name="Connections">The most connections to one server; null for as many as are needed.</param>
/// <param name="AcceptAnyCertificate">
/// For servers of a test with a certificate of their own. Nothing of it is checked then, so anyone in between can read what is sent:
/// never with real credentials over a network that is not your own.
/// </param>
/// <param name="NewConnections">Each request on a connection of its own: what a crowd of strangers costs. HTTP/1.1 only.</param>
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
        if (NewConnections && Version != "1.1")
            yield return $"a new connection for each request is to be had only with HTTP/1.1: HTTP/{Version} sends all over those it has";
    }
}
