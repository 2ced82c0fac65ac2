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

    /// <summary>The host where its port is published.</summary>
    public string Host { get; }

    /// <summary>The published port.</summary>
    public int Port { get; }

    /// <summary>Returns when the server answers.</summary>
    /// <param name="labels">Whose it is.</param>
    /// <param name="answers">Whether the server at this host and port is ready.</param>
    /// <exception cref="ProviderException">The image is not to be had, the server ended, or it was not ready in time.</exception>
    public static async Task<ServerContainer> StartAsync(
        DockerClient docker, EngineHost engine, ContainerRecipe recipe, IDictionary<string, string> labels,
        Func<string, int, CancellationToken, Task<bool>> answers, TimeProvider time, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StartTimeout);
        ServerContainer? container = null;
        try
        {
            var image = await ServerImage.OfAsync(docker, recipe, deadline.Token);
            var id = (await docker.Containers.CreateContainerAsync(recipe.Parameters(labels, engine.PublishOn, image), deadline.Token)).ID;
            container = new(docker, id, engine.Reach, 0);
            await docker.Containers.StartContainerAsync(id, new(), deadline.Token);
            var ports = (await docker.Containers.InspectContainerAsync(id, deadline.Token)).NetworkSettings?.Ports;
            // A container that has ended has none.
            if (ports is null || !ports.TryGetValue($"{recipe.Port}/tcp", out var published) || published is not [var first, ..])
                throw await container.EndAsync(recipe, deadline.Token)
                    ?? new ProviderException($"the container of {recipe.Image} runs, and its port {recipe.Port} is not published");
            container = new(docker, id, engine.Reach, int.Parse(first.HostPort, CultureInfo.InvariantCulture));
            await container.AnswersAsync(recipe, answers, time, deadline.Token);
            return container;
        }
        catch (Exception failure)
        {
            if (container is not null) await container.DisposeAsync();
            if (failure is ProviderException || cancellationToken.IsCancellationRequested) throw;
            var what = failure is OperationCanceledException
                ? $"the server in {recipe.Image} was not ready within {StartTimeout.TotalSeconds} s"
                : $"the image {recipe.Image} did not start as a container: {failure.Message.Trim()}";
            throw new ProviderException(
                $"{what}. Name another image with {recipe.ImageVariable}, or set CHAINBRIDGE_PROVIDER=native", failure);
        }
    }

    /// <summary>Null while it runs; otherwise how it ended and its last output.</summary>
    public async Task<string?> FailureAsync(CancellationToken cancellationToken)
    {
        try
        {
            var state = (await _docker.Containers.InspectContainerAsync(_id, cancellationToken)).State!;
            if (state.Running) return null;
            using var log = await _docker.Containers.GetContainerLogsAsync(_id,
                new ContainerLogsParameters { ShowStdout = true, ShowStderr = true, Tail = "20" }, cancellationToken);
            var (output, errors) = await log.ReadOutputToEndAsync(cancellationToken);
            return $"ended with exit code {state.ExitCode}{(state.OOMKilled ? " (out of memory)" : "")}; its last output:\n"
                + $"{output}{errors}";
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
        await ContainerSweep.RemoveAsync(_docker, _id, deadline.Token);
    }

    /// <summary>
    /// Whether something answers on the port with a first byte: the engine's own proxy takes connections before the server does.
    /// </summary>
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
        catch (Exception notYet)
            when (notYet is SocketException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return "";
        }
    }

    private async Task AnswersAsync(ContainerRecipe recipe, Func<string, int, CancellationToken, Task<bool>> answers, TimeProvider time,
        CancellationToken cancellationToken)
    {
        for (var asked = 1; !await answers(Host, Port, cancellationToken); asked++)
        {
            // Not each time: the engine is slower to ask than the server.
            if (asked % 10 == 0 && await EndAsync(recipe, cancellationToken) is { } end) throw end;
            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    private async Task<ProviderException?> EndAsync(ContainerRecipe recipe, CancellationToken cancellationToken) =>
        await FailureAsync(cancellationToken) is { } end
            ? new($"the server in {recipe.Image} {end.Trim()}\nName another image with {recipe.ImageVariable}")
            : null;
}
