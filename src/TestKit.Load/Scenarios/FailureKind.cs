using System.Net.Http;
using System.Net.Sockets;

namespace ChainBridge.TestKit.Load.Scenarios;

/// <summary>A failure in a few words that are the same for failures alike, so that they can be counted.</summary>
internal static class FailureKind
{
    public const string Timeout = "timeout";

    /// <summary>Was still under way when the run and its patience had ended.</summary>
    public const string Unfinished = "unfinished at the end";

    /// <summary>Sockets or file descriptors of the generator's own machine.</summary>
    public const string LocalSockets = "no local socket left";

    public const string Prefix = "status ";

    private const int AddressNotAvailable = 99;
    private const int TooManyFiles = 24;

    /// <summary>The kind of an answer with a status that was not expected; the common ones without a new text each.</summary>
    public static string OfStatus(int status) => status switch
    {
        503 => "status 503", 429 => "status 429", 500 => "status 500", 502 => "status 502", 504 => "status 504", 404 => "status 404",
        _ => Prefix + status.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>The kind of an exception.</summary>
    public static string Of(Exception failure) => failure switch
    {
        LoadStepException { InnerException: { } inner } => Of(inner),
        OperationCanceledException or TimeoutException => Timeout,
        HttpRequestException { InnerException: SocketException socket } => Of(socket),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the name does not resolve",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "no connection",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "TLS failed",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => "the answer was cut off",
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => "the answer was cut off",
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => "no HTTP answer",
        HttpRequestException { InnerException: IOException { InnerException: SocketException socket } } => Of(socket),
        IOException { InnerException: SocketException socket } => Of(socket),
        SocketException socket => Of(socket),
        HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } http => $"HTTP: {http.HttpRequestError}",
        _ => failure.GetType().Name,
    };

    private static string Of(SocketException socket) => socket.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset => "connection reset",
        SocketError.TimedOut => Timeout,
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "the name does not resolve",
        SocketError.AddressNotAvailable or SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable => LocalSockets,
        _ when socket.NativeErrorCode is AddressNotAvailable or TooManyFiles => LocalSockets,
        _ => $"socket: {socket.SocketErrorCode}",
    };
}
