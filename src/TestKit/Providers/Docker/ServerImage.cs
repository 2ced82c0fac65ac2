using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace ChainBridge.TestKit.Providers.Docker;

/// <summary>How an image starts by itself.</summary>
internal sealed record ServerImage(IList<string>? Entrypoint = null, IList<string>? Command = null)
{
    /// <summary>Asks the engine, which pulls the image when it lacks it.</summary>
    /// <exception cref="ProviderException">It is not to be had.</exception>
    public static async Task<ServerImage> OfAsync(IDockerClient docker, ContainerRecipe recipe, CancellationToken cancellationToken)
    {
        try
        {
            return await InspectAsync();
        }
        catch (DockerApiException missing) when (missing.StatusCode == HttpStatusCode.NotFound)
        {
            await PullAsync(docker, recipe, cancellationToken);
            return await InspectAsync();
        }
        catch (DockerApiException refused)
        {
            throw new ProviderException($"the Docker engine refused the image {recipe.Image}: "
                + $"{refused.ResponseBody?.Trim() ?? refused.Message}. Check the name in {recipe.ImageVariable}", refused);
        }

        async Task<ServerImage> InspectAsync()
        {
            var config = (await docker.Images.InspectImageAsync(recipe.Image, cancellationToken)).Config;
            return new(config?.Entrypoint, config?.Cmd);
        }
    }

    private static async Task PullAsync(IDockerClient docker, ContainerRecipe recipe, CancellationToken cancellationToken)
    {
        string? problem = null;
        try
        {
            await docker.Images.CreateImageAsync(new ImagesCreateParameters
            {
                FromImage = recipe.Image.Contains('@', StringComparison.Ordinal)
                    || recipe.Image.LastIndexOf(':') > recipe.Image.LastIndexOf('/') ? recipe.Image : recipe.Image + ":latest"
            }, new AuthConfig(), new Progress(message => problem ??= message.Error?.Message), cancellationToken);
        }
        catch (DockerApiException refused)
        {
            problem = refused.ResponseBody?.Trim() ?? refused.Message;
        }

        if (problem is not null)
            throw new ProviderException($"the image {recipe.Image} is not on the Docker engine and could not be pulled ({problem}). "
                + $"Check the name in {recipe.ImageVariable}, or bring the image by hand: docker pull {recipe.Image}");
    }

    private sealed class Progress(Action<JSONMessage> report) : IProgress<JSONMessage>
    {
        public void Report(JSONMessage value) => report(value);
    }
}
