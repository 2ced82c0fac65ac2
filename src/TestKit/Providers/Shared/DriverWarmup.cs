using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace ChainBridge.TestKit.Providers.Shared;

/// <summary>
/// Has the runtime compile Npgsql's way from connecting to a first answer while the server is still starting, which
/// takes as long and needs the other processor. The other end is a few bytes of ours on loopback.
/// </summary>
internal static class DriverWarmup
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>What a server answers to a login: welcome, its version, its encoding and quoting, a key to cancel with, ready.</summary>
    private static readonly byte[] Welcome =
    [
        .. Message('R', [0, 0, 0, 0]), .. Message('S', "server_version\u000015.0\0"u8), .. Message('S', "client_encoding\0UTF8\0"u8),
        .. Message('S', "standard_conforming_strings\0on\0"u8),
        .. Message('S', "integer_datetimes\0on\0"u8), .. Message('S', "TimeZone\0UTC\0"u8), .. Message('K', [0, 0, 0, 1, 0, 0, 0, 1]),
        .. Message('Z', "I"u8),
    ];

    /// <summary>What it answers to <c>SELECT 1</c>: parsed, bound, one column of four bytes, one row, done, ready.</summary>
    private static readonly byte[] One =
    [
        .. Message('1', []), .. Message('2', []),
        .. Message('T', [0, 1, (byte)'x', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 23, 0, 4, 255, 255, 255, 255, 0, 1]),
        .. Message('D', [0, 1, 0, 0, 0, 4, 0, 0, 0, 1]), .. Message('C', "SELECT 1\0"u8), .. Message('Z', "I"u8),
    ];

    /// <summary>Never fails: the worst that can happen is that the first real connection takes its usual time.</summary>
    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        try
        {
            listener.Start();
            var serving = ServeAsync(listener, deadline.Token);
            var settings = new NpgsqlConnectionStringBuilder
            {
                Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port, Username = "warmup", Password = "warmup",
                Database = "warmup", Pooling = false, SslMode = SslMode.Disable,
                GssEncryptionMode = GssEncryptionMode.Disable, Timeout = 2, NoResetOnClose = true,
            };
            var source = new NpgsqlDataSourceBuilder(settings.ConnectionString);
            source.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
            await using (var built = source.Build())
            await using (var connection = await built.OpenConnectionAsync(deadline.Token))
            {
                await using var command = new NpgsqlCommand("SELECT 1", connection);
                await command.ExecuteScalarAsync(deadline.Token);
            }

            await serving;
        }
        catch (Exception failure)
            when (failure is NpgsqlException or SocketException or IOException or OperationCanceledException or InvalidOperationException)
        {
            // A warm-up that fails costs time only, as the summary above explains.
        }
    }

    private static async Task ServeAsync(TcpListener listener, CancellationToken cancellationToken)
    {
        using var client = await listener.AcceptTcpClientAsync(cancellationToken);
        var stream = client.GetStream();
        var heard = new byte[4096];
        foreach (var answer in new[] { Welcome, One })
        {
            if (await stream.ReadAsync(heard, cancellationToken) == 0) return;
            await stream.WriteAsync(answer, cancellationToken);
        }

        while (await stream.ReadAsync(heard, cancellationToken) > 0)
        {
            // Until the client disconnects.
        }
    }

    private static byte[] Message(char kind, ReadOnlySpan<byte> content)
    {
        var message = new byte[5 + content.Length];
        message[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), 4 + content.Length);
        content.CopyTo(message.AsSpan(5));
        return message;
    }
}
