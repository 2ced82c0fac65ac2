using System.Diagnostics;

namespace ChainBridge.TestKit.Providers.Docker;

/// <summary>
/// A small shell that holds a pipe to this process and removes the provider's containers when the pipe closes, however
/// this process ended. It needs the Docker command line; without it the next run's <see cref="ContainerSweep"/> does the work.
/// </summary>
internal sealed class ContainerReaper
{
    /// <summary>Which reaper watches a container; each provider has its own.</summary>
    public const string Label = "chainbridge.testkit.reaper";

    /// <summary>
    /// In a session of its own where that can be had, since what kills us may kill our whole group. It looks more than
    /// once because the engine may still be creating what we asked for last.
    /// </summary>
    private const string Script = """
        command -v docker >/dev/null 2>&1 || exit 0
        keep='exec >/dev/null 2>&1; trap "" INT TERM HUP
          while read -r _; do :; done
          for again in 1 2 3 4 5 6 7 8 9 10; do
            left=$(docker -H "$1" ps -aq --filter "label=$2")
            [ -z "$left" ] || docker -H "$1" rm -f -v $left
            sleep 1
          done'
        if command -v setsid >/dev/null 2>&1; then exec setsid /bin/sh -c "$keep" sh "$1" "$2"; fi
        exec /bin/sh -c "$keep" sh "$1" "$2"
        """;

    /// <summary>Holds our end of the pipe: the containers live as long as this object is held.</summary>
    private readonly Process _shell;

    /// <summary>The value of <see cref="Label"/>.</summary>
    private readonly string _id;

    private ContainerReaper(Process shell, string id) => (_shell, _id) = (shell, id);

    /// <summary>The labels of a container that it watches: the run that owns it, and this reaper.</summary>
    public Dictionary<string, string> Labels()
    {
        var owner = ContainerOwner.Self();
        return new() { [ContainerOwner.HostLabel] = owner.Host, [ContainerOwner.ProcessLabel] = owner.Process, [Label] = _id };
    }

    /// <summary>Starts watching.</summary>
    public static ContainerReaper Start(Uri engine)
    {
        var id = Guid.NewGuid().ToString("N");
        // The engine is named as the command line wants it: without a slash at the end.
        var start = new ProcessStartInfo("/bin/sh",
            ["-c", Script, "sh", engine.ToString().TrimEnd('/'), $"{Label}={id}"]) { RedirectStandardInput = true };
        return new(Process.Start(start) ?? throw new InvalidOperationException("/bin/sh did not start"), id);
    }

    /// <summary>A container that holds its reaper for as long as the container itself is held.</summary>
    public IAsyncDisposable Hold(IAsyncDisposable container) => new Kept(container, _shell);

    private sealed class Kept(IAsyncDisposable container, Process shell) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await container.DisposeAsync();
            GC.KeepAlive(shell);
        }
    }
}
