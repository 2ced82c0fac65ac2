using ChainBridge.TestKit.Diagnostics;
using ChainBridge.TestKit.Providers;
using ChainBridge.TestKit.Providers.Docker;
using ChainBridge.TestKit.Services.Hosting;
using Docker.DotNet;

namespace ChainBridge.TestKit;

public static partial class ServiceHost
{
    /// <summary>
    /// Runs a container of one exact image on the engine of <c>DOCKER_HOST</c>, its port published on a free one that is read back.
    /// It is removed when it is disposed, or 15 s after this process was killed.
    /// </summary>
    /// <param name="image">
    /// <c>NAME@sha256:…</c>, pulled when the engine lacks it, or the id <c>sha256:…</c> of one that was built here. No tag.
    /// </param>
    /// <exception cref="ServiceStartException">
    /// The image names no digest or cannot be had, another image runs, or the service ended early or was not healthy in time.
    /// </exception>
    public static async Task<ContainerUnderTest> ContainerAsync(
        string name, string image, ContainerOptions options, CancellationToken cancellationToken)
    {
        var digest = ImageDigest.Parse(name, image);
        var engine = DockerEngine.Address(Environment.GetEnvironmentVariable);
        var host = EngineHost.Of(engine, Environment.GetEnvironmentVariable);
        RunningContainer container;
        try
        {
            container = await RunningContainer.StartAsync(name, digest, options, engine, host, cancellationToken);
        }
        catch (Exception failure) when (failure is DockerApiException or HttpRequestException or TimeoutException)
        {
            throw new ServiceStartException(
                $"{name} could not be started as a container of {image} by the engine at {engine}: {failure.Message.Trim()}", failure);
        }

        var readiness = new Readiness(name, options, TimeProvider.System, () => container.Log.LastOutput);
        try
        {
            // For one that ended before its port was seen, the failure reports how it ended.
            return await readiness.WaitAsync(
                async stop => container.Port == 0
                    ? throw new ServiceStartException(
                        $"{name} ended with {await container.Ended.WaitAsync(stop)} before it was healthy; {container.Log.LastOutput}")
                    : new ContainerUnderTest(name, new Uri($"http://{host.Reach}:{container.Port}"), container,
                        Redactor.ValuesOf(options.Variables)),
                container.Ended,
                cancellationToken);
        }
        catch
        {
            await container.DisposeAsync();
            throw;
        }
    }
}
