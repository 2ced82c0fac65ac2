namespace ChainBridge.Bench.LoadServers;

/// <summary>How a server is spoken with.</summary>
internal enum Speech
{
    Http11,
    /// <summary>HTTP/1.1 over TLS.</summary>
    Tls,
    /// <summary>HTTP/2 over TLS.</summary>
    Http2,
    /// <summary>A connection for each request.</summary>
    Http10,
}

/// <summary>One way into a server.</summary>
/// <param name="Server">Its name and version.</param>
internal sealed record Door(string Server, Speech Speech, Uri Address)
{
    public string Words => Speech switch
    {
        Speech.Http11 => "HTTP/1.1", Speech.Http10 => "HTTP/1.0", Speech.Tls => "HTTP/1.1, TLS", _ => "HTTP/2, TLS",
    };

    /// <summary>The arrival rates that it is measured at.</summary>
    public IReadOnlyList<int> Rates { get; init; } = [1_000, 3_000];
}
