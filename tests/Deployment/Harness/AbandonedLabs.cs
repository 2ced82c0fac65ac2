using System.Text.Json;
using ChainBridge.Machine;
using Xunit;

[assembly: AssemblyFixture(typeof(ChainBridge.Tests.Deployment.Harness.AbandonedLabs))]

namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>Takes down, before the first scenario, what earlier runs left that were killed.</summary>
public sealed class AbandonedLabs : IAsyncLifetime
{
    /// <summary>Beginning of the name of every lab's folder.</summary>
    public const string Prefix = "chainbridge-deployment-";

    /// <summary>Whose a lab is, and how its runner is called; beside its repository.</summary>
    public sealed record Owner(int ProcessId, string Start, Dictionary<string, string?> Variables)
    {
        public static string FileIn(string folder) => Path.Combine(folder, "owner.json");

        public static Owner Me(Dictionary<string, string?> variables) =>
            new(Environment.ProcessId, ProcessIdentity.Of(Environment.ProcessId).Start, variables);

        public bool Lives => new ProcessIdentity(ProcessId, Start).Running;
    }

    /// <summary>Writes down whose a lab is, before anything of it is started; its repository is in <c>source</c>.</summary>
    public static Task OwnAsync(string folder, Dictionary<string, string?> variables, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(Owner.FileIn(folder), JsonSerializer.Serialize(Owner.Me(variables)), cancellationToken);

    public async ValueTask InitializeAsync()
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), $"{Prefix}*")
            .Where(folder => File.Exists(Owner.FileIn(folder))))
        {
            if (await OwnerOfAsync(folder) is not { Lives: false } owner) continue;
            using var run = RunnerRun.Start(Path.Combine(folder, "source"), owner.Variables, [], "--environment", "staging", "--output",
                "json", "down", "--volumes");
            var down = await run.EndAsync(CancellationToken.None);
            if (down.ExitCode == 0) Directory.Delete(folder, recursive: true);
            else TestContext.Current.SendDiagnosticMessage($"what an earlier run left in {folder} could not be taken down: {down.Summary}");
        }
    }

    /// <summary>Null for a lab that another run is just opening or closing.</summary>
    private static async Task<Owner?> OwnerOfAsync(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<Owner>(await File.ReadAllTextAsync(Owner.FileIn(folder)));
        }
        catch (Exception changing) when (changing is IOException or JsonException)
        {
            return null;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
