namespace ChainBridge.TestKit;

/// <summary>One source of evidence.</summary>
/// <param name="Source">What it is about.</param>
/// <param name="CollectAsync">Writes its files.</param>
public sealed record Evidence(string Source, Func<EvidenceFolder, CancellationToken, Task> CollectAsync);

/// <summary>The folder of a failing test's evidence; it is made when the first file is written.</summary>
/// <param name="path">Full path of the folder of this test.</param>
/// <param name="redact">Removes secrets from what is written.</param>
public sealed class EvidenceFolder(string path, Func<string, string> redact)
{
    /// <summary>Full path.</summary>
    public string Path { get; } = path;

    /// <summary>Writes a text file, secrets redacted.</summary>
    /// <param name="name">Name of the file; characters that no file name may have are replaced.</param>
    public async Task WriteAsync(string name, string text, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path);
        var safe =
            string.Join('-', name.Split([.. System.IO.Path.GetInvalidFileNameChars(), ' ', ':'], StringSplitOptions.RemoveEmptyEntries));
        await File.WriteAllTextAsync(System.IO.Path.Combine(Path, safe), redact(text), cancellationToken);
    }
}
