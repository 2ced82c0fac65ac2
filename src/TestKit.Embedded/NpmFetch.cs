using ChainBridge.LocalServers;

namespace ChainBridge.TestKit.Embedded;

/// <summary>One <c>npm pack</c> in a folder that is removed when it is disposed of, or when we are killed.</summary>
internal sealed class NpmFetch : IAsyncDisposable
{
    private const string Done = "npm ended: ";

    /// <summary>Stays after npm, so that the folder stays until we have unpacked what is in it.</summary>
    private const string Script = """
        [ -d "${HOME:-/nonexistent}" ] || export npm_config_cache="$PWD/npm"
        "$1" pack "$2" --loglevel=error --no-update-notifier; echo "npm ended: $?"; exec sleep 600
        """;

    private readonly TaskCompletionSource _done;

    private NpmFetch(OwnedProcess process, TaskCompletionSource done) => (Process, _done) = (process, done);

    public OwnedProcess Process { get; }

    public static NpmFetch Start(string npm, string specification, string folder)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = OwnedProcess.Start(folder, ["/bin/sh", "-c", Script, "sh", npm, specification], onLine: line =>
        {
            if (line.StartsWith(Done, StringComparison.Ordinal)) done.TrySetResult();
        });
        return new(process, done);
    }

    /// <summary>Waits until npm has ended, well or not.</summary>
    public async Task FirstDoneAsync(CancellationToken cancellationToken)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_done.Task, Process.ExitAsync(gone.Token)).WaitAsync(cancellationToken);
        await gone.CancelAsync();
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
