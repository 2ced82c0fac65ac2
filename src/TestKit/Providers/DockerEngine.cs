using Docker.DotNet;

namespace ChainBridge.TestKit.Providers;

/// <summary>Asks whether a Docker engine answers.</summary>
public static class DockerEngine
{
    /// <summary>How long an engine may take to be chosen by <c>auto</c>.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary><c>DOCKER_HOST</c>, or the usual socket.</summary>
    public static Uri Address(Func<string, string?> variable) =>
        new(variable("DOCKER_HOST") is { Length: > 0 } host ? host : "unix:///var/run/docker.sock");

    /// <summary>Null when the engine answers within a second and has the images; otherwise why not.</summary>
    /// <param name="images">What must be on the engine already: a pull may take minutes, or find no registry.</param>
    public static async Task<string?> ProblemAsync(Uri engine, IReadOnlyCollection<string> images, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new DockerClientBuilder().WithEndpoint(engine).Build();
            await client.System.PingAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
            foreach (var image in images)
                await client.Images.InspectImageAsync(image, cancellationToken).WaitAsync(Patience, cancellationToken);
            return null;
        }
        catch (DockerImageNotFoundException missing)
        {
            return $"the Docker engine answers but lacks an image ({missing.ResponseBody?.Trim()}): docker pull it, or name another with "
                + "CHAINBRIDGE_POSTGRES_IMAGE and CHAINBRIDGE_REDIS_IMAGE";
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no Docker engine answered within {Patience.TotalSeconds} s ({failure.GetType().Name}: {failure.Message})";
        }
    }
}
