using System.Globalization;
using System.Text;
using ChainBridge.TestKit.Diagnostics;
using ChainBridge.TestKit.Providers;
using ChainBridge.TestKit.Providers.Docker;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace ChainBridge.TestKit.Services.Hosting;

/// <summary>A container of ours: labelled, watched by a reaper, its output read from the first byte, removed with its volumes.</summary>
internal sealed class RunningContainer : IAsyncDisposable
{
    private static readonly TimeSpan RemoveTimeout = TimeSpan.FromSeconds(30);
    private readonly DockerClient _docker;
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Holds the pipe whose end removes the container, should we be killed.</summary>
    private readonly ContainerReaper _reaper;
    private readonly List<IAsyncDisposable> _relays = [];
    private int _disposed;

    private RunningContainer(DockerClient docker, ContainerReaper reaper, string image) =>
        (_docker, _reaper, Image) = (docker, reaper, image);

    public string Id { get; private set; } = "";

    /// <summary>The image's id.</summary>
    public string Image { get; }

    public LogBuffer Log { get; } = new();

    /// <summary>The published port.</summary>
    public int Port { get; private set; }

    /// <summary>How it ended, for people; ends when it does.</summary>
    public Task<string> Ended { get; private set; } = Task.FromResult("nothing: it was never started");

    /// <summary>Creates and starts it, and verifies what runs.</summary>
    public static async Task<RunningContainer> StartAsync(
        string name, ImageDigest image, ContainerOptions options, Uri engine, EngineHost host, CancellationToken cancellationToken)
    {
        var docker = new DockerClientBuilder().WithEndpoint(engine).Build();
        RunningContainer? container = null;
        try
        {
            container = new(docker, ContainerReaper.Start(engine),
                await image.FetchAsync(name, docker, options.PullTimeout, cancellationToken));
            await container.CreateAsync(options, host, cancellationToken);
            await container.RunAsync(cancellationToken);
            var runs = await docker.Containers.InspectContainerAsync(container.Id, cancellationToken);
            if (image.Differs(await docker.Images.InspectImageAsync(runs.Image, cancellationToken)) is { } difference)
                throw new ServiceStartException($"{name} {difference}");
            // One that has ended has no ports any more; the code that waits for it reports how it ended.
            if (runs.NetworkSettings?.Ports is { } ports && ports.TryGetValue($"{options.Port}/tcp", out var published)
                && published is [{ HostPort: { Length: > 0 } port }, ..])
                container.Port = int.Parse(port, CultureInfo.InvariantCulture);
            return container;
        }
        catch
        {
            if (container is not null) await container.DisposeAsync();
            else docker.Dispose();
            throw;
        }
    }

    /// <summary>Removes it; again does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        using var deadline = new CancellationTokenSource(RemoveTimeout);
        if (Id.Length > 0)
        {
            await ContainerSweep.RemoveAsync(_docker, Id, deadline.Token);
            _reaper.Removed();
        }

        await _stop.CancelAsync();
        foreach (var relay in _relays) await relay.DisposeAsync();
        _relays.Clear();
        _docker.Dispose();
    }

    private async Task CreateAsync(ContainerOptions options, EngineHost host, CancellationToken cancellationToken)
    {
        var variables = options.Variables.Where(one => one.Value is not null).ToDictionary(one => one.Key, one => one.Value!);
        foreach (var (variable, address) in options.Reaches) variables[variable] = $"{await RelayAsync(address, cancellationToken)}";
        var port = $"{options.Port}/tcp";
        var created = await _docker.Containers.CreateContainerAsync(
            new CreateContainerParameters
            {
                Image = Image, Cmd = options.Command is null ? [] : [.. options.Command],
                Env = [.. variables.Select(variable => $"{variable.Key}={variable.Value}")],
                Labels = _reaper.Labels(),
                ExposedPorts = new Dictionary<string, EmptyStruct> { [port] = default },
                HostConfig = new HostConfig
                {
                    PortBindings = new Dictionary<string, IList<PortBinding>>
                    {
                        [port] = [new PortBinding { HostIP = host.PublishOn, HostPort = "0" }]
                    },
                    ExtraHosts = [$"{ContainerRelay.HostName}:host-gateway"],
                },
            },
            cancellationToken);
        Id = created.ID;
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await _docker.Containers.StartContainerAsync(Id, new ContainerStartParameters(), cancellationToken);
        var output = await _docker.Containers.GetContainerLogsAsync(Id,
            new ContainerLogsParameters { ShowStdout = true, ShowStderr = true, Follow = true }, _stop.Token);
        Ended = EndAsync(ReadAsync(output));
    }

    private async Task<Uri> RelayAsync(Uri address, CancellationToken cancellationToken)
    {
        if (!address.IsLoopback) return address;
        var relay = await ContainerRelay.StartAsync(_docker, address, cancellationToken);
        if (relay.Proxy is not null) _relays.Add(relay.Proxy);
        return relay.Address;
    }

    /// <summary>Its last output is read before its end is reported.</summary>
    private async Task<string> EndAsync(Task read)
    {
        var ended = await _docker.Containers.WaitContainerAsync(Id, _stop.Token);
        await read.WaitAsync(_stop.Token);
        var state = (await _docker.Containers.InspectContainerAsync(Id, _stop.Token)).State;
        return ExitCodes.Describe((int)ended.StatusCode, state?.OOMKilled == true);
    }

    private async Task ReadAsync(MultiplexedStream output)
    {
        using (output)
        {
            var lines = new Dictionary<MultiplexedStream.TargetStream, (Decoder Decoder, StringBuilder Line)>();
            var (bytes, letters) = (new byte[16 * 1024], new char[16 * 1024]);
            while (await output.ReadOutputAsync(bytes, 0, bytes.Length, _stop.Token) is { EOF: false } part)
            {
                if (!lines.TryGetValue(part.Target, out var of)) lines[part.Target] = of = (Encoding.UTF8.GetDecoder(), new());
                foreach (var letter in letters.AsMemory(0, of.Decoder.GetChars(bytes, 0, part.Count, letters, 0)).ToArray())
                {
                    if (letter != '\n')
                    {
                        of.Line.Append(letter);
                        continue;
                    }

                    Log.Add(of.Line.ToString().TrimEnd('\r'));
                    of.Line.Clear();
                }
            }

            foreach (var (_, rest) in lines.Values.Where(of => of.Line.Length > 0)) Log.Add(rest.ToString());
        }
    }
}
