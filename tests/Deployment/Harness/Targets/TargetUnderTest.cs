using Xunit;

namespace ChainBridge.Tests.Deployment.Harness.Targets;

/// <summary>What a scenario must know of a kind of target, and nothing else of it: the same scenario passes on each.</summary>
public abstract class TargetUnderTest
{
    /// <summary>As the manifest names it.</summary>
    public abstract string Name { get; }

    /// <summary>Why this machine cannot run it, with the next step; null when it can.</summary>
    protected abstract Task<string?> UnavailableAsync(CancellationToken cancellationToken);

    /// <summary>What the manifest of the stack takes from the environment.</summary>
    public virtual IReadOnlyDictionary<string, string?> Variables => new Dictionary<string, string?>();

    /// <summary>What the stack's manifest must say for it, beside its name.</summary>
    public virtual Task PrepareAsync(Lab lab, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// What a build needs before the runner builds: the program, published once for all releases. What is wrong with a release and its
    /// version are files beside it, so that a release costs no compilation.
    /// </summary>
    public virtual async Task MakeBuildableAsync(Lab lab, CancellationToken cancellationToken)
    {
        var (folder, published) = (lab.Repository.Folder, Path.Combine(lab.Repository.Folder, "published"));
        if (!Directory.Exists(published))
            await Shell.RunAsync("/", cancellationToken, "cp", "-r", await PublishedTiny.Folder, published);
        foreach (var file in new[] { "behaviour.txt", "migrations.txt" })
            File.Copy(Path.Combine(folder, file), Path.Combine(published, file), overwrite: true);
    }

    /// <summary>The services that run, asked of the machine: <c>VERSION/SERVICE</c>.</summary>
    public abstract Task<IReadOnlyList<string>> ServicesAsync(Lab lab, CancellationToken cancellationToken);

    /// <summary>Everything of the environment that is still there, asked of the machine.</summary>
    public abstract Task<IReadOnlyList<string>> LeftoversAsync(Lab lab, CancellationToken cancellationToken);

    /// <summary>How many things of each kind the runner keeps: folders and files of the state by the folder they are in.</summary>
    public virtual Task<Dictionary<string, int>> CountAsync(Lab lab, CancellationToken cancellationToken) => Task.FromResult(
        Directory.GetDirectories(lab.State).ToDictionary(folder => Path.GetFileName(folder),
            folder => Directory.GetFileSystemEntries(folder).Length));

    /// <summary>The generated secrets: the database's password and the edge's key; empty before there are any.</summary>
    public static IReadOnlyList<string> Secrets(Lab lab)
    {
        var folder = Path.Combine(lab.State, "secrets");
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Select(file => File.ReadAllText(file).Trim())] : [];
    }

    /// <summary>Puts something else where the build of this release is.</summary>
    public abstract Task TamperAsync(Lab lab, string version, string service, CancellationToken cancellationToken);

    /// <summary>Starts a runner that cannot reach its target.</summary>
    public abstract RunnerRun StartUnreachable(Lab lab, params string[] arguments);

    /// <summary>Whether a migration is under way, asked of the machine.</summary>
    public abstract Task<bool> MigratesAsync(Lab lab, CancellationToken cancellationToken);

    /// <summary>Skips the test when this machine cannot run the target, or fails it where it must.</summary>
    public async Task RequireAsync(CancellationToken cancellationToken)
    {
        if (await UnavailableAsync(cancellationToken) is not { } reason) return;
        if (Environment.GetEnvironmentVariable("CHAINBRIDGE_REQUIRE_DOCKER") == "1")
            Assert.Fail($"the {Name} target is required here (CHAINBRIDGE_REQUIRE_DOCKER=1): {reason}");
        Assert.Skip($"the {Name} target: {reason}");
    }
}
