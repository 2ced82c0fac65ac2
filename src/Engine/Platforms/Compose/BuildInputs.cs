using System.Security.Cryptography;
using System.Text;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Secrets;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>
/// A digest over everything that an image is built from. Two builds with the same one give an image that does the same, so the second can
/// be left out. Where something is not known for sure there is no digest, and the image is built.
/// </summary>
/// <param name="engine">Knows the images that others are built on.</param>
internal sealed class BuildInputs(DockerEngine engine, Redactor redactor)
{
    /// <summary>Label of an image with that digest.</summary>
    public const string Label = "chainbridge.inputs";

    private const int Piece = 1 << 16;

    /// <returns>
    /// Null where they are not known: the image takes the release's version, a secret, or something from outside of its context.
    /// </returns>
    public async Task<string?> OfAsync(BuildSource? source, CancellationToken cancellationToken)
    {
        if (source is null || !Directory.Exists(source.Context)) return null;
        // A digest over a secret that is short could be guessed from.
        if (source.Arguments.Any(argument => redactor.IsSecret(argument.Key, argument.Value))) return null;
        try
        {
            var dockerfile = source.Inline ?? await File.ReadAllTextAsync(source.Dockerfile, cancellationToken);
            var text = new DockerfileText(dockerfile);
            if (text.TakesRelease || text.Images(source.Arguments) is not { } images) return null;
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Add(hash, "dockerfile", dockerfile);
            Add(hash, "rest", source.Rest);
            foreach (var (name, value) in source.Arguments.OrderBy(argument => argument.Key, StringComparer.Ordinal))
                Add(hash, "argument", name, value);
            var known = await Task.WhenAll(images.Select(image => engine.ImageAsync(image, cancellationToken)));
            foreach (var (image, there) in images.Zip(known))
                // A builder of its own may have another one of that name: then the name is all that is known of it.
                Add(hash, "image", image, there?.Id ?? "");
            return await AddContextAsync(hash, source, cancellationToken)
                ? $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}"
                : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// What is sent to the builder: every file, folder and link that <c>.dockerignore</c> leaves in, ignored by git or not.
    /// </summary>
    private static async Task<bool> AddContextAsync(IncrementalHash hash, BuildSource source, CancellationToken cancellationToken)
    {
        var ignore = source.Inline is null && $"{source.Dockerfile}.dockerignore" is var own && File.Exists(own)
            ? new DockerIgnore(await File.ReadAllLinesAsync(own, cancellationToken))
            : DockerIgnore.Read(source.Context);
        foreach (var (name, entry) in Below(new(source.Context), "", ignore).OrderBy(found => found.Name, StringComparer.Ordinal))
        {
            var mode = $"{(int)entry.UnixFileMode}";
            if (entry.LinkTarget is { } target) Add(hash, "link", name, target);
            else if (entry is DirectoryInfo) Add(hash, "folder", name, mode);
            else if (FileFacts.Of(entry.FullName) is { Regular: true } file)
            {
                Add(hash, "file", name, mode, $"{file.Length}");
                await AddFileAsync(hash, entry.FullName, cancellationToken);
            }
            // A socket or a pipe: reading it would not end.
            else return false;
        }

        return true;
    }

    private static IEnumerable<(string Name, FileSystemInfo Entry)> Below(DirectoryInfo folder, string above, DockerIgnore ignore)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            var name = above + entry.Name;
            var left = ignore.Ignores(name);
            if (!left) yield return (name, entry);
            // Something in a folder that is left out may be taken in again.
            if (entry is DirectoryInfo { LinkTarget: null } inner && (!left || ignore.TakesBack))
                foreach (var found in Below(inner, $"{name}/", ignore)) yield return found;
        }
    }

    private static async Task AddFileAsync(IncrementalHash hash, string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, Piece,
            FileOptions.Asynchronous | FileOptions.SequentialScan);
        var buffer = new byte[Piece];
        while (await file.ReadAsync(buffer, cancellationToken) is > 0 and var read) hash.AppendData(buffer, 0, read);
    }

    /// <summary>Each word with its length before it: no two lists of words give the same bytes.</summary>
    private static void Add(IncrementalHash hash, params ReadOnlySpan<string> words)
    {
        foreach (var word in words) hash.AppendData(Encoding.UTF8.GetBytes($"{Encoding.UTF8.GetByteCount(word)}:{word}"));
    }
}

/// <summary>Where an image is built from.</summary>
/// <param name="Context">Full path.</param>
/// <param name="Dockerfile">Full path.</param>
/// <param name="Inline">The Dockerfile's text where it is no file.</param>
/// <param name="Arguments">Build arguments, but for those that the runner adds.</param>
/// <param name="Rest">Whatever else decides about the image.</param>
internal sealed record BuildSource(
    string Context, string Dockerfile, string? Inline, IReadOnlyDictionary<string, string> Arguments, string Rest);
