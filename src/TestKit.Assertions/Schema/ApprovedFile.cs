namespace ChainBridge.TestKit.Assertions;

/// <summary>A text that a developer approved, kept in a file beside the tests.</summary>
internal sealed class ApprovedFile(string path, Func<string, string?> variable)
{
    private const string Variable = "CHAINBRIDGE_APPROVE";

    /// <summary>How what was found becomes what is expected.</summary>
    public const string HowToAccept = $"If the new state is right, accept it: run this test with {Variable}=1 and commit the file.";

    /// <summary>Where it is.</summary>
    public string Path { get; } = path;

    /// <summary>
    /// A path beside the source file that names it; where that is not there (tests that were copied), beside the program.
    /// </summary>
    public static ApprovedFile Beside(string sourceFile, string path)
    {
        var folder = System.IO.Path.GetDirectoryName(sourceFile);
        return new(System.IO.Path.Combine(Directory.Exists(folder) ? folder : AppContext.BaseDirectory, path),
            Environment.GetEnvironmentVariable);
    }

    /// <summary>What was approved; null when nothing was yet. When asked to accept, writes what was found first.</summary>
    public async Task<string?> ReadAsync(string found, CancellationToken cancellationToken)
    {
        if (variable(Variable) == "1")
        {
            // In CI no developer reviews what is accepted, and every check would pass.
            if (variable("CI") is "true" or "1")
                throw new InvalidOperationException($"{Variable}=1 is set on a CI machine: accept {Path} on yours, and commit it");
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!);
            await File.WriteAllTextAsync(Path, found, cancellationToken);
        }

        return File.Exists(Path) ? (await File.ReadAllTextAsync(Path, cancellationToken)).ReplaceLineEndings("\n") : null;
    }
}
