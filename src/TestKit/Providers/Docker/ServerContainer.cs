using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace ChainBridge.TestKit.Providers.Docker;

/// <summary>One server as a container: created, started, asked until it answers, removed.</summary>
internal sealed class ServerContainer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan RemoveTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly DockerClient _docker;
    private readonly string _id;

    private ServerContainer(DockerClient docker, string id, string host, int port) => (_docker, _id, Host, Port) = (docker, id, host, port);

    /// <summary>Where its port is published.</summary>
    public string Host { get; }

    /// <summary>The published port.</summary>
    public int Port { get; }

    /// <summary>Returns when the server answers.</summary>
    /// <param name="labels">Whose it is.</param>
    /// <param name="answers">Whether the server at this host and port is ready.</param>
    /// <exception cref="ProviderException">The image is not to be had, the server ended, or it was not ready in time.</exception>
    public static async Task<ServerContainer> StartAsync(DockerClient docker, EngineHost engine, ContainerRecipe recipe, IDictionary<string, string> labels, Func<string, int, CancellationToken, Task<bool>> answers, TimeProvider time, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StartTimeout);
        ServerContainer? container = null;
        try
        {
            var id = await CreateAsync(docker, recipe, entrypoint => recipe.Parameters(labels, engine.PublishOn, entrypoint), deadline.Token);
            container = new(docker, id, engine.Reach, 0);
            await docker.Containers.StartContainerAsync(id, new(), deadline.Token);
            var port = int.Parse((await docker.Containers.InspectContainerAsync(id, deadline.Token)).NetworkSettings!.Ports![$"{recipe.Port}/tcp"][0].HostPort, CultureInfo.InvariantCulture);
            container = new(docker, id, engine.Reach, port);
            await container.AnswersAsync(recipe, answers, time, deadline.Token);
            return container;
        }
        catch (Exception failure)
        {
            if (container is not null) await container.DisposeAsync();
            if (failure is ProviderException || cancellationToken.IsCancellationRequested) throw;
            var what = failure is OperationCanceledException ? $"the server in {recipe.Image} was not ready within {StartTimeout.TotalSeconds} s" : $"the image {recipe.Image} did not start as a container: {failure.Message.Trim()}";
            throw new ProviderException($"{what}. Name another image with {recipe.ImageVariable}, or set CHAINBRIDGE_PROVIDER=native", failure);
        }
    }

    /// <summary>Null while it runs; otherwise how it ended and what it said last.</summary>
    public async Task<string?> FailureAsync(CancellationToken cancellationToken)
    {
        try
        {
            var state = (await _docker.Containers.InspectContainerAsync(_id, cancellationToken)).State!;
            if (state.Running) return null;
            using var log = await _docker.Containers.GetContainerLogsAsync(_id, new ContainerLogsParameters { ShowStdout = true, ShowStderr = true, Tail = "20" }, cancellationToken);
            var (output, errors) = await log.ReadOutputToEndAsync(cancellationToken);
            return $"ended with exit code {state.ExitCode}{(state.OOMKilled ? " (out of memory)" : "")}; its last output:\n{output}{errors}";
        }
        catch (DockerContainerNotFoundException)
        {
            return "its container was removed";
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(RemoveTimeout);
        try
        {
            await _docker.Containers.RemoveContainerAsync(_id, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, deadline.Token);
        }
        catch (DockerApiException gone) when (gone.StatusCode is System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.Conflict)
        {
            // Somebody else removed it, or is about to.
        }
    }

    /// <summary>Whether something answers on the port with a first byte: the engine's own proxy takes connections before the server does.</summary>
    public static async Task<string> AskAsync(string host, int port, ReadOnlyMemory<byte> question, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(1));
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, patience.Token);
            await client.GetStream().WriteAsync(question, patience.Token);
            var answer = new byte[16];
            return Encoding.ASCII.GetString(answer, 0, await client.GetStream().ReadAsync(answer, patience.Token));
        }
        catch (Exception notYet) when (notYet is SocketException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return "";
        }
    }

    private static async Task<string> CreateAsync(DockerClient docker, ContainerRecipe recipe, Func<IList<string>?, CreateContainerParameters> parameters, CancellationToken cancellationToken)
    {
        try
        {
            return await FromImageAsync();
        }
        catch (Exception missing) when (missing is DockerImageNotFoundException or DockerContainerNotFoundException or DockerApiException { StatusCode: System.Net.HttpStatusCode.NotFound })
        {
            await PullAsync(docker, recipe, cancellationToken);
            return await FromImageAsync();
        }

        async Task<string> FromImageAsync()
        {
            var entrypoint = (await docker.Images.InspectImageAsync(recipe.Image, cancellationToken)).Config?.Entrypoint;
            return (await docker.Containers.CreateContainerAsync(parameters(entrypoint), cancellationToken)).ID;
        }
    }

    private static async Task PullAsync(DockerClient docker, ContainerRecipe recipe, CancellationToken cancellationToken)
    {
        string? problem = null;
        try
        {
            await docker.Images.CreateImageAsync(new ImagesCreateParameters { FromImage = recipe.Image.Contains('@', StringComparison.Ordinal) || recipe.Image.LastIndexOf(':') > recipe.Image.LastIndexOf('/') ? recipe.Image : recipe.Image + ":latest" }, new AuthConfig(), new Progress(message => problem ??= message.Error?.Message), cancellationToken);
        }
        catch (DockerApiException refused)
        {
            problem = refused.ResponseBody?.Trim() ?? refused.Message;
        }

        if (problem is not null)
            throw new ProviderException($"the image {recipe.Image} is not on the Docker engine and could not be pulled ({problem}). Check the name in {recipe.ImageVariable}, or bring the image by hand: docker pull {recipe.Image}");
    }

    private async Task AnswersAsync(ContainerRecipe recipe, Func<string, int, CancellationToken, Task<bool>> answers, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var asked = 1; !await answers(Host, Port, cancellationToken); asked++)
        {
            // Not each time: the engine is slower to ask than the server.
            if (asked % 10 == 0 && await FailureAsync(cancellationToken) is { } end)
                throw new ProviderException($"the server in {recipe.Image} {end.Trim()}\nName another image with {recipe.ImageVariable}");
            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    private sealed class Progress(Action<JSONMessage> told) : IProgress<JSONMessage>
    {
        public void Report(JSONMessage value) => told(value);
    }
}
