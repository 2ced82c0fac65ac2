using System.Text.RegularExpressions;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace ChainBridge.TestKit.Services.Hosting;

/// <summary>An image named by what it is: <c>name@sha256:…</c> of a registry, or <c>sha256:…</c>, the id of one on this engine.</summary>
/// <param name="Reference">As it was given.</param>
internal sealed partial record ImageDigest(string Reference)
{
    /// <exception cref="ServiceStartException">It is a tag, or no digest.</exception>
    public static ImageDigest Parse(string name, string image) => Form().IsMatch(image)
        ? new(image)
        : throw new ServiceStartException(
            $"{name} was to run {image}, which names no digest: a tag may be another image tomorrow. Give NAME@sha256:… (docker image "
                + $"inspect --format '{{{{index .RepoDigests 0}}}}' {image.Split('@')[0]}), or for an image that was only built here its "
                + "id (--format '{{.Id}}')");

    /// <summary>Sees to it that the engine has it; answers its id there.</summary>
    /// <exception cref="ServiceStartException">It has not, and it could not be pulled.</exception>
    public async Task<string> FetchAsync(string name, IDockerClient docker, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return (await docker.Images.InspectImageAsync(Reference, cancellationToken)).ID;
        }
        catch (DockerApiException) when (Reference.Contains('@', StringComparison.Ordinal))
        {
            return await PullAsync(name, docker, timeout, cancellationToken);
        }
        catch (DockerApiException missing)
        {
            throw new ServiceStartException($"{name} was to run {Reference}, which is not on the Docker engine, and an id cannot be "
                + "pulled: build it, or name it NAME@sha256:…", missing);
        }
    }

    /// <summary>What is wrong with an image that runs in its place; null when it is the one.</summary>
    public string? Differs(ImageInspectResponse running) =>
        running.ID == Reference || (running.RepoDigests ?? []).Any(digest => digest.Split('@')[^1] == Reference.Split('@')[^1])
            ? null
            : $"runs {running.ID} ({string.Join(", ", running.RepoDigests ?? [])}) and not {Reference}";

    private async Task<string> PullAsync(string name, IDockerClient docker, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            await docker.Images.CreateImageAsync(new ImagesCreateParameters { FromImage = Reference }, new AuthConfig(),
                new Progress<JSONMessage>(), deadline.Token);
            return (await docker.Images.InspectImageAsync(Reference, deadline.Token)).ID;
        }
        catch (Exception failure) when (failure is DockerApiException or OperationCanceledException or HttpRequestException
            && !cancellationToken.IsCancellationRequested)
        {
            var why = failure is OperationCanceledException
                ? $"pulling it took longer than {timeout.TotalSeconds} s"
                : failure.Message.Trim();
            throw new ServiceStartException($"{name} was to run {Reference}, which is not on the Docker engine and could not be pulled "
                + $"({why}). Try: docker pull {Reference}", failure);
        }
    }

    [GeneratedRegex("^(?:[^@\\s]+@)?sha256:[0-9a-f]{64}$")]
    private static partial Regex Form();
}
