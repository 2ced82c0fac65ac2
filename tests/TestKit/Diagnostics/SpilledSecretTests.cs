using ChainBridge.Tests.TestKit.Infrastructure;
using ChainBridge.Tests.TestKit.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Diagnostics;

/// <summary>What tests print about their connections, in all that a run of its own reports.</summary>
[InTurn(1)]
public sealed class SpilledSecretTests
{
    private const string Named = "a word of its own";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_report_has_the_passwords_of_leases_and_the_rest_of_each_message_is_as_it_was()
    {
        var place = Directory.CreateTempSubdirectory("chainbridge-spilled-");
        try
        {
            var spilled = Path.Combine(place.FullName, "spilled.txt");
            var reports = place.CreateSubdirectory("reports").FullName;
            var run = await SampleRun.WithAllResultsAsync(new Dictionary<string, string>
            {
                ["SAMPLE_SPILLED"] = spilled, ["SAMPLE_NAMED"] = Named, ["CHAINBRIDGE_SECRETS"] = "SAMPLE_NAMED",
                ["CHAINBRIDGE_KEEP_FAILED"] = "1",
                ["CHAINBRIDGE_EVIDENCE"] = Path.Combine(reports, "evidence"), ["CHAINBRIDGE_CTRF"] = reports,
                ["GITHUB_STEP_SUMMARY"] = Path.Combine(reports, "step.md"),
            }, reports, Stop, "SpillsSecrets");

            var secrets = (await File.ReadAllLinesAsync(spilled, Stop)).Distinct().ToList();
            secrets.Should().Contain(Named);
            var texts = Directory.GetFiles(reports, "*", SearchOption.AllDirectories)
                .Select(file => (Name: Path.GetRelativePath(reports, file), Text: File.ReadAllText(file)))
                .Append((Name: "console", Text: run.Output))
                .Concat(run.Results.Select(result => (Name: $"TRX: {result.Name}", Text: result.Message + result.Output))).ToList();
            (from one in texts from secret in secrets where one.Text.Contains(secret,
                StringComparison.Ordinal) select $"{one.Name}: {secret}").Should().BeEmpty();

            run["In its failure"].Message.Should()
                .MatchRegex(@"^not stored: Host=[^|]*Database=[^|]* \| [^|]*:\d+,[^|]* \| redis://x:[^|]* \| \*\*\*$");
            run["In its failure"].Output.Should()
                .MatchRegex(@"kept the database of 'In its failure', which failed: Host=[^*\n]*;Database=kept_[^*\n]*");
            run["In an inner exception"].Message.Should().Contain("no way to Host=");
            run["In its output though it passes"].Output.Should().Contain("connecting to Host=").And.Contain("***");
            run["In the reason of a skip"].Reason.Should().Contain("no server at Host=").And.Contain("***");
            run["Of a fixture"].Message.Should().StartWith("not stored: ");
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Reports_under_dotnet_test_have_no_passwords_of_leases_either()
    {
        var spilled = Path.Combine(Path.GetTempPath(), $"chainbridge-spilled-{Guid.NewGuid():N}.txt");
        try
        {
            var run = await SampleRun.OfDotnetTestAsync("FullyQualifiedName~SpillsSecrets", Stop, new Dictionary<string, string>
            {
                ["SAMPLE_SPILLED"] = spilled,
                ["SAMPLE_NAMED"] = Named,
                ["CHAINBRIDGE_SECRETS"] = "SAMPLE_NAMED"
            }, SampleRun.Dll);
            var texts = run.Results.Select(result => result.Message + result.Output).Append(run.Output).ToList();
            foreach (var secret in (await File.ReadAllLinesAsync(spilled, Stop)).Distinct())
                texts.Should().NotContain(text => text.Contains(secret, StringComparison.Ordinal));
            texts.Should().Contain(text => text.Contains("not stored: Host=", StringComparison.Ordinal)
                && text.Contains("***", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(spilled);
        }
    }
}
