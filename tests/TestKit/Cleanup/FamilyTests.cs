using System.Diagnostics;
using ChainBridge.LocalServers;
using ChainBridge.Tests.TestKit.Infrastructure;
using ChainBridge.Tests.TestKit.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Cleanup;

/// <summary>What a program of ours started in turn ends with it.</summary>
public sealed class FamilyTests
{
    private const string Mark = "FAMILY_MARK";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>In the environment of the program and of all that it starts.</summary>
    private readonly string _mark = $"{Mark}={Guid.NewGuid():N}";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task When_the_program_is_disposed()
    {
        await using (Start("sleep 600 & sh -c 'sleep 600 & wait' & wait")) await IsAsync("sleep", 2);
        await IsGoneAsync();
    }

    [Theory]
    [InlineData("sleep 600 & exit 3", 3)]
    [InlineData("sleep 600 & kill -9 $$", 137)]
    public async Task When_the_program_ends_by_itself(string script, int code)
    {
        await using var parent = Start(script);
        (await parent.ExitAsync(Stop).WaitAsync(Patience, Stop)).Should().Be(code);
        await IsGoneAsync();
    }

    [Fact]
    public async Task When_the_test_process_is_killed()
    {
        var ready = Path.Combine(Path.GetTempPath(), $"chainbridge-sample-{Guid.NewGuid():N}.ready");
        var start = new ProcessStartInfo("dotnet", [SampleRun.Dll, "-class", "ChainBridge.Tests.TestKit.Sample.HoldsFamily"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        foreach (var (name, value) in new[] { (Mark, _mark[(Mark.Length + 1)..]), ("SAMPLE_READY", ready) })
            start.Environment[name] = value;
        using var holder = Process.Start(start)!;
        try
        {
            await Eventually.HoldsAsync(() => File.Exists(ready) || holder.HasExited, TimeSpan.FromSeconds(120),
                "the other process prints that its program runs");
            await IsAsync("sleep", 2);
        }
        finally
        {
            holder.Kill();
            File.Delete(ready);
        }

        await holder.WaitForExitAsync(Stop);
        await IsGoneAsync();
    }

    private OwnedProcess Start(string script) =>
        OwnedProcess.Start(null, ["sh", "-c", script], new Dictionary<string, string?> { [Mark] = _mark[(Mark.Length + 1)..] });

    private Task IsAsync(string program, int count) =>
        Eventually.HoldsAsync(() => Family().Count(name => name == program) == count, Patience, $"{count} times {program} runs");

    private Task IsGoneAsync() =>
        Eventually.HoldsAsync(() => Family().Count == 0, Patience, "the program, its reaper and all that it started are gone");

    private List<string> Family() => [.. Leftovers.ProcessesWith(_mark).Select(Leftovers.ProgramOf).OfType<string>()];
}
