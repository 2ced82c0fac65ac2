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
    /// In a session of its own where that can be had, since what kills us may kill our whole group. It is told of each container before
    /// it is made (+) and after it was removed (-): where all were removed it ends at once, so that what waits for it waits for
    /// nothing. Otherwise it looks more than once, because the engine may still be creating what we asked for last.
    /// </summary>
    internal const string Script = """
        command -v docker >/dev/null 2>&1 || exit 0
        keep='exec >/dev/null 2>&1; trap "" INT TERM HUP
          open=0
          while read -r word; do case $word in +) open=$((open + 1)) ;; -) open=$((open - 1)) ;; esac; done
          [ $open -gt 0 ] || exit 0
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
    private readonly Lock _telling = new();

    /// <summary>The value of <see cref="Label"/>.</summary>
    private readonly string _id;

    private ContainerReaper(Process shell, string id) => (_shell, _id) = (shell, id);

    /// <summary>The labels of a container that is made next, and watched: the run that owns it, and this reaper.</summary>
    public Dictionary<string, string> Labels()
    {
        Tell("+");
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

    /// <summary>A container that it watched is gone, with its volumes.</summary>
    public void Removed() => Tell("-");

    private void Tell(string word)
    {
        try
        {
            lock (_telling) _shell.StandardInput.WriteLine(word);
        }
        catch (IOException)
        {
            // Without a docker command line there is no shell, and the next run's sweep does its work.
        }
    }

    /// <summary>A container that holds its reaper for as long as the container itself is held.</summary>
    public IAsyncDisposable Hold(IAsyncDisposable container) => new Kept(container, this);

    private sealed class Kept(IAsyncDisposable container, ContainerReaper reaper) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await container.DisposeAsync();
            reaper.Removed();
        }
    }
}
