using System.Collections.Concurrent;
using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>What a registry does instead of what it should.</summary>
public enum Misbehaviour
{
    /// <summary>Nothing: it serves and takes images.</summary>
    None,
    /// <summary>Asks for a login.</summary>
    Unauthorized,
    /// <summary>Asks for fewer requests.</summary>
    TooManyRequests,
    /// <summary>Fails by itself.</summary>
    ServerError,
    /// <summary>Ends each layer half-way.</summary>
    HalfALayer,
    /// <summary>Sends other bytes for a layer than its digest names.</summary>
    OtherLayer,
    /// <summary>Sends another manifest than the one whose digest was asked for.</summary>
    OtherManifest,
}

/// <summary>
/// A registry over a socket of this machine, as far as the docker program pushes and pulls: the OCI distribution protocol, version 2. It
/// has one small image under every name that it is asked for, and keeps what is pushed.
/// </summary>
public sealed class MisbehavingRegistry : IDisposable
{
    private const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json";

    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, byte[]> _blobs = new();
    private readonly ConcurrentDictionary<string, (string Type, byte[] Bytes)> _manifests = new();
    private readonly ConcurrentDictionary<string, MemoryStream> _uploads = new();
    private readonly Task _serving;

    /// <param name="architecture">Of its image; null for this machine's.</param>
    public MisbehavingRegistry(string? architecture = null)
    {
        var port = UnusedPort.Next();
        Address = $"127.0.0.1:{port}";
        _listener.Prefixes.Add($"http://{Address}/");
        _listener.Start();
        Architecture = architecture ?? Own;
        Digest = AddImage();
        _serving = ServeAsync();
    }

    /// <summary>As it stands in the name of an image.</summary>
    public string Address { get; }

    public string Architecture { get; }

    /// <summary>Of the manifest of its image.</summary>
    public string Digest { get; }

    /// <summary>Of the one layer of its image.</summary>
    public string Layer { get; private set; } = "";

    /// <summary>What this machine is, as images call it.</summary>
    public static string Own => RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64";

    public Misbehaviour Behaviour { get; set; }

    /// <summary>Method and path of each request.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    public void Dispose()
    {
        _listener.Close();
        _serving.Wait(TimeSpan.FromSeconds(10));
    }

    private string AddImage()
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "seed")
            {
                DataStream = new MemoryStream(RandomNumberGenerator.GetBytes(200_000)),
            });
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(tar.ToArray());
        Layer = DigestOf(packed.ToArray());
        var config = JsonSerializer.SerializeToUtf8Bytes(new
        {
            architecture = Architecture, os = "linux", config = new { Cmd = new[] { "/seed" } },
            rootfs = new { type = "layers", diff_ids = new[] { DigestOf(tar.ToArray()) } },
        });
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 2, mediaType = ManifestType,
            config = Described("application/vnd.docker.container.image.v1+json", config),
            layers = new[] { Described("application/vnd.docker.image.rootfs.diff.tar.gzip", packed.ToArray()) },
        });
        _manifests[DigestOf(manifest)] = (ManifestType, manifest);
        return DigestOf(manifest);
    }

    private object Described(string mediaType, byte[] bytes)
    {
        _blobs[DigestOf(bytes)] = bytes;
        return new { mediaType, size = bytes.Length, digest = DigestOf(bytes) };
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext asked;
            try
            {
                asked = await _listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            _ = Task.Run(() => AnswerAsync(asked));
        }
    }

    private async Task AnswerAsync(HttpListenerContext asked)
    {
        var (request, answer) = (asked.Request, asked.Response);
        Asked.Enqueue($"{request.HttpMethod} {request.Url!.AbsolutePath}");
        try
        {
            answer.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
            if (Behaviour == Misbehaviour.Unauthorized)
            {
                answer.Headers["WWW-Authenticate"] = "Basic realm=\"test\"";
                Send(answer, 401, Error("UNAUTHORIZED", "authentication required"));
            }
            else if (request.Url.AbsolutePath == "/v2/") Send(answer, 200, "{}"u8.ToArray());
            else if (Behaviour == Misbehaviour.TooManyRequests) Send(answer, 429, Error("TOOMANYREQUESTS", "slow down"));
            else if (Behaviour == Misbehaviour.ServerError) Send(answer, 500, Error("UNKNOWN", "the storage is gone"));
            else await GiveOrTakeAsync(request, answer);
        }
        catch (Exception gone) when (gone is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            answer.Abort();
        }
    }

    private async Task GiveOrTakeAsync(HttpListenerRequest request, HttpListenerResponse answer)
    {
        var path = request.Url!.AbsolutePath;
        var last = Uri.UnescapeDataString(path.Split('/')[^1]);
        if (path.Contains("/blobs/uploads/", StringComparison.Ordinal)) await UploadAsync(request, answer, last);
        else if (path.Contains("/manifests/", StringComparison.Ordinal) && request.HttpMethod == "PUT")
        {
            using var body = new MemoryStream();
            await request.InputStream.CopyToAsync(body);
            var (type, bytes) = (request.ContentType ?? ManifestType, body.ToArray());
            _manifests[DigestOf(bytes)] = _manifests[path] = (type, bytes);
            answer.Headers["Docker-Content-Digest"] = DigestOf(bytes);
            Send(answer, 201, []);
        }
        else if (path.Contains("/manifests/", StringComparison.Ordinal)) Manifest(request, answer, path, last);
        else if (path.Contains("/blobs/", StringComparison.Ordinal)) Blob(request, answer, last);
        else Send(answer, 404, Error("UNSUPPORTED", path));
    }

    private async Task UploadAsync(HttpListenerRequest request, HttpListenerResponse answer, string upload)
    {
        if (request.HttpMethod == "POST") _uploads[upload = Guid.NewGuid().ToString("N")] = new();
        var kept = _uploads[upload];
        await request.InputStream.CopyToAsync(kept);
        if (request.HttpMethod == "PUT")
        {
            var digest = request.QueryString["digest"]!;
            _blobs[digest] = kept.ToArray();
            answer.Headers["Docker-Content-Digest"] = digest;
            Send(answer, 201, []);
            return;
        }

        var name = request.Url!.AbsolutePath[..request.Url.AbsolutePath.IndexOf("/blobs/", StringComparison.Ordinal)];
        answer.Headers["Location"] = $"http://{Address}{name}/blobs/uploads/{upload}";
        answer.Headers["Docker-Upload-UUID"] = upload;
        answer.Headers["Range"] = $"0-{Math.Max(0, kept.Length - 1)}";
        Send(answer, 202, []);
    }

    private void Manifest(HttpListenerRequest request, HttpListenerResponse answer, string path, string reference)
    {
        var asked = reference.StartsWith("sha256:", StringComparison.Ordinal) ? reference : Digest;
        if (!_manifests.TryGetValue(path, out var found) && !_manifests.TryGetValue(asked, out found))
        {
            Send(answer, 404, Error("MANIFEST_UNKNOWN", "manifest unknown"));
            return;
        }

        var bytes = Behaviour == Misbehaviour.OtherManifest
            ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(found.Bytes).Replace("{", "{ ", StringComparison.Ordinal))
            : found.Bytes;
        answer.ContentType = found.Type;
        answer.Headers["Docker-Content-Digest"] = asked == Digest ? DigestOf(found.Bytes) : asked;
        Send(answer, 200, bytes, request.HttpMethod == "HEAD");
    }

    private void Blob(HttpListenerRequest request, HttpListenerResponse answer, string digest)
    {
        if (!_blobs.TryGetValue(digest, out var bytes))
        {
            Send(answer, 404, Error("BLOB_UNKNOWN", digest));
            return;
        }

        // Its configuration is small, and begins a pull.
        var layer = bytes.Length > 10_000 && request.HttpMethod == "GET";
        if (layer && Behaviour == Misbehaviour.HalfALayer)
        {
            answer.ContentLength64 = bytes.Length;
            answer.OutputStream.Write(bytes.AsSpan(0, bytes.Length / 2));
            answer.OutputStream.Flush();
            answer.Abort();
            return;
        }

        if (layer && Behaviour == Misbehaviour.OtherLayer)
        {
            bytes = [.. bytes];
            bytes[^9] ^= 0xFF;
        }

        answer.ContentType = "application/octet-stream";
        answer.Headers["Docker-Content-Digest"] = digest;
        Send(answer, 200, bytes, request.HttpMethod == "HEAD");
    }

    private static void Send(HttpListenerResponse answer, int status, byte[] body, bool headOnly = false)
    {
        answer.StatusCode = status;
        answer.ContentLength64 = body.Length;
        if (headOnly) answer.Close();
        else answer.Close(body, willBlock: true);
    }

    private static byte[] Error(string code, string message) =>
        JsonSerializer.SerializeToUtf8Bytes(new { errors = new[] { new { code, message } } });

    private static string DigestOf(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
}
