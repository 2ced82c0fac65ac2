using Docker.DotNet;

namespace ChainBridge.TestKit.Providers;

/// <summary>Asks whether a Docker engine answers.</summary>
public static class DockerEngine
{
    /// <summary>How long an engine may take to be chosen by <c>auto</c>.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Null when the engine answers within a second; otherwise why not.</summary>
    public static async Task<string?> ProblemAsync(Uri? host, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new DockerClientBuilder().WithEndpoint(host ?? new Uri("unix:///var/run/docker.sock")).Build();
            await client.System.PingAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
            return null;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no Docker engine answered within {Patience.TotalSeconds} s ({failure.GetType().Name}: {failure.Message})";
        }
    }
}
