using ChainBridge.Tests.Deployment.Harness.Targets;
using Xunit;

[assembly: AssemblyFixture(typeof(PublishedTiny))]

namespace ChainBridge.Tests.Deployment.Harness.Targets;

/// <summary>The program of the stack, published once for a run of the tests and removed at its end.</summary>
public sealed class PublishedTiny : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> Publishing = new(PublishAsync);

    /// <summary>Where it is; published when it is first asked for.</summary>
    internal static Task<string> Folder => Publishing.Value;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Publishing.IsValueCreated) Directory.Delete(await Publishing.Value, recursive: true);
    }

    /// <summary>Beside the tests, where a build's output belongs. What a run that was killed left there is removed.</summary>
    private static async Task<string> PublishAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var folder = Path.Combine(AppContext.BaseDirectory, $"tiny-{Environment.ProcessId}");
        foreach (var old in Directory.GetDirectories(AppContext.BaseDirectory, "tiny-*")
            .Where(old => !Directory.Exists($"/proc/{Path.GetFileName(old)["tiny-".Length..]}")))
            Directory.Delete(old, recursive: true);
        await Shell.RunAsync(Places.Stack, deadline.Token, "dotnet", "publish", "Tiny/Tiny.csproj", "-c", "Release", "-o", folder,
            "--nologo", "-v", "quiet");
        return folder;
    }
}
