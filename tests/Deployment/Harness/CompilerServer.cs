using System.Diagnostics;
using Xunit;

[assembly: AssemblyFixture(typeof(ChainBridge.Tests.Deployment.Harness.CompilerServer))]

namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>
/// One C# compiler for all releases of the run: a scenario builds many, and a compiler that starts cold for each of
/// them costs more than everything else together. It is this run's own, and ends with it.
/// </summary>
public sealed class CompilerServer : IDisposable
{
    private static readonly string Pipe = $"chainbridge-deployment-{Environment.ProcessId}";

    /// <summary>The variables for a process that builds.</summary>
    internal static IReadOnlyDictionary<string, string?> Variables { get; } =
        new Dictionary<string, string?> { ["UseSharedCompilation"] = "true", ["SharedCompilationId"] = Pipe };

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var id in Processes.All().Where(process => process.CommandLine.Contains($"-pipename:{Pipe}", StringComparison.Ordinal))
            .Select(process => process.Id))
        {
            try
            {
                using var compiler = Process.GetProcessById(id);
                compiler.Kill();
                compiler.WaitForExit(TimeSpan.FromSeconds(10));
            }
            catch (ArgumentException)
            {
                // Gone by itself.
            }
        }

        File.Delete(Path.Combine(Path.GetTempPath(), Pipe));
    }
}
