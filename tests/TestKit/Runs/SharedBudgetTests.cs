using ChainBridge.TestKit.Runs.Clocks;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Runs;

/// <summary>One category in several assemblies of one run has one budget.</summary>
[InTurn(1)]
public sealed class SharedBudgetTests : IDisposable
{
    private readonly List<string> _ids = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_second_assembly_has_the_time_that_the_first_left()
    {
        var id = NewId();
        (await RunAsync(id, budget: "60s", takes: "5")).ExitCode.Should().Be(0);
        var second = await RunAsync(id, budget: "10s", takes: "60");
        second.ExitCode.Should().NotBe(0);
        second["For a while"].Message.Should().Contain("budget of the category Database, 10 s, is used up")
            .And.Contain("had been used by other assemblies of the run: ChainBridge.Tests.TestKit.Sample");
    }

    [Fact]
    public async Task When_nothing_is_left_a_test_fails_unrun()
    {
        var id = NewId();
        await RunAsync(id, budget: "60s", takes: "2");
        (await RunAsync(id, budget: "1s", takes: "0"))["For a while"].Message.Should().Contain("It had not started.")
            .And.Contain("used by other assemblies");
    }

    [Fact]
    public async Task Assemblies_that_run_at_once_use_the_same_seconds()
    {
        var id = NewId();
        var both = await Task.WhenAll(RunAsync(id, budget: "25s", takes: "13"), RunAsync(id, budget: "25s", takes: "13"));
        both.Should().OnlyContain(run => run.ExitCode == 0);
    }

    [Fact]
    public async Task Another_run_has_a_budget_of_its_own()
    {
        await RunAsync(NewId(), budget: "60s", takes: "10");
        (await RunAsync(NewId(), budget: "10s", takes: "0")).ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task The_assemblies_of_one_dotnet_test_share_without_a_setting()
    {
        var elsewhere = Directory.CreateTempSubdirectory("chainbridge-shared-").FullName;
        try
        {
            foreach (var file in Directory.GetFiles(Path.GetDirectoryName(SampleRun.Dll)!))
                File.Copy(file, Path.Combine(elsewhere, Path.GetFileName(file)));
            var variables = new Dictionary<string, string>
            {
                ["CHAINBRIDGE_RUN_ID"] = "",
                ["CHAINBRIDGE_BUDGET_DATABASE"] = "14s",
                ["SAMPLE_TAKES"] = "7"
            };
            var run = await SampleRun.OfDotnetTestAsync("FullyQualifiedName~.UsesTime.", Stop, variables, SampleRun.Dll,
                Path.Combine(elsewhere, Path.GetFileName(SampleRun.Dll)));
            run.ExitCode.Should().NotBe(0);
            run.Results.Select(result => result.Outcome).Should().BeEquivalentTo(["Passed", "Failed"], run.Output);
            run.Results.Should().ContainSingle(result => result.Message.Contains("had been used by other assemblies of the run"));
        }
        finally
        {
            Directory.Delete(elsewhere, recursive: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var folder in _ids.Select(id => Path.Combine(SharedTime.DefaultRoot,
            RunIdentity.Find(_ => id, Environment.ProcessId)!.Key)).Where(Directory.Exists)) Directory.Delete(folder, recursive: true);
    }

    private string NewId()
    {
        _ids.Add(Guid.NewGuid().ToString("N"));
        return _ids[^1];
    }

    private static Task<SampleRun> RunAsync(string id, string budget, string takes) =>
        SampleRun.OfClassesAsync(new Dictionary<string, string>
        {
            ["CHAINBRIDGE_RUN_ID"] = id,
            ["CHAINBRIDGE_BUDGET_DATABASE"] = budget,
            ["SAMPLE_TAKES"] = takes
        }, Stop, "UsesTime");
}
