namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>A git repository of its own with the stack and its manifest; every release is a commit of it.</summary>
public sealed class StackRepository(string folder)
{
    /// <summary>Two steps that can be undone.</summary>
    public const string TwoSteps =
        "CREATE TABLE visits (id int) | DROP TABLE visits\nALTER TABLE visits ADD COLUMN page text | ALTER TABLE visits DROP COLUMN page";

    /// <summary>A third step that a release which reads pages cannot work with; it can be undone.</summary>
    public const string ThirdStepWithoutPages = TwoSteps
        + "\nALTER TABLE visits DROP COLUMN page | ALTER TABLE visits ADD COLUMN page text";

    /// <summary>A third step that such a release works with.</summary>
    public const string ThirdStepBesidePages = TwoSteps + "\nALTER TABLE visits ADD COLUMN door text | ALTER TABLE visits DROP COLUMN door";

    /// <summary>A second step that is right and a third that PostgreSQL refuses.</summary>
    public const string BrokenThirdStep = TwoSteps + "\nALTER TABLE nowhere ADD COLUMN page text | SELECT 1";

    /// <summary>A second step without a way down.</summary>
    public const string OneWayStep = "CREATE TABLE visits (id int) | DROP TABLE visits\nDROP TABLE IF EXISTS leftovers";

    public string Folder => folder;

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        foreach (var file in Directory.EnumerateFiles(Places.Stack, "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal)))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(Places.Stack, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        foreach (var shared in new[] { "Directory.Packages.props", "global.json" })
            File.Copy(Path.Combine(Places.Root, shared), Path.Combine(folder, shared));
        await BeginAsync(cancellationToken);
    }

    /// <summary>Makes a repository of what is in the folder.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await GitAsync(cancellationToken, "init", "-q", "-b", "main");
        await CommitAsync("as it is", cancellationToken);
    }

    /// <summary>Commits the next release: what is wrong with it and its migrations are part of it.</summary>
    public async Task ReleaseAsync(string behaviour, CancellationToken cancellationToken, string? migrations = null)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "behaviour.txt"), behaviour + "\n", cancellationToken);
        if (migrations is not null)
            await File.WriteAllTextAsync(Path.Combine(folder, "migrations.txt"), migrations + "\n", cancellationToken);
        await CommitAsync(behaviour, cancellationToken);
    }

    /// <summary>Commits a change of one file.</summary>
    public async Task ChangeAsync(string file, Func<string, string> change, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, file);
        await File.WriteAllTextAsync(path, change(await File.ReadAllTextAsync(path, cancellationToken)), cancellationToken);
        await CommitAsync($"change {file}", cancellationToken);
    }

    public Task<string> HeadAsync(CancellationToken cancellationToken) => GitAsync(cancellationToken, "rev-parse", "HEAD");

    public Task CheckOutAsync(string commit, CancellationToken cancellationToken) => GitAsync(cancellationToken, "checkout", "-q", commit);

    private async Task CommitAsync(string message, CancellationToken cancellationToken)
    {
        await GitAsync(cancellationToken, "add", "-A");
        await GitAsync(cancellationToken, "-c", "user.name=scenario", "-c", "user.email=scenario@localhost", "commit", "-q",
            "--allow-empty", "-m", message);
    }

    private Task<string> GitAsync(CancellationToken cancellationToken, params string[] arguments) =>
        Shell.RunAsync(folder, cancellationToken, ["git", .. arguments]);
}
