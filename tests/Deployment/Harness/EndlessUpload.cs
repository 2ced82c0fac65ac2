using System.Net;

namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>
/// A request body that does not end before the test ends it: its request is in flight until then, however slow the machine is.
/// </summary>
public sealed class EndlessUpload(Task end) : HttpContent
{
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(100);
    private static readonly byte[] Piece = new byte[2048];

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        // Never silent for long: a server may hang up on a body that does not come.
        do
        {
            await stream.WriteAsync(Piece);
            await stream.FlushAsync();
            await Task.WhenAny(end, Task.Delay(Gap));
        }
        while (!end.IsCompleted);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
