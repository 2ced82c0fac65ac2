using System.Runtime.InteropServices;
using System.Text;

namespace ChainBridge.TestKit.Diagnostics;

/// <summary>
/// Where TestKit writes its own lines. <see cref="Console.Error"/>, and the stream below it, take the lock of an object that any test
/// can hold (<see cref="Console.Out"/>). The end of a run must not wait for a test, so this goes to the file descriptor itself.
/// </summary>
internal sealed class StandardError : Stream
{
    private const int Descriptor = 2;

    private StandardError()
    {
    }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>A new writer, flushed after each write and safe to use from several threads.</summary>
    public static TextWriter Open()
    {
        // Windows has no such lock.
        var stream = OperatingSystem.IsWindows() ? Console.OpenStandardError() : new StandardError();
        return TextWriter.Synchronized(new StreamWriter(stream,
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        while (count > 0)
        {
            var written = (int)WriteTo(Descriptor, buffer[offset..(offset + count)], count);
            // The reader is gone, or a non-blocking pipe is full: a lost log line does not fail the run.
            if (written <= 0) return;
            (offset, count) = (offset + written, count - written);
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    [DllImport("libc", EntryPoint = "write")]
    private static extern nint WriteTo(int descriptor, byte[] bytes, nint count);
}
