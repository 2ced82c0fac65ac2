using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Gates.Formats;
using ChainBridge.Engine.Manifest;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Gates.Formats;

/// <summary>
/// Result files in the dialects of many runners, each with its right verdict in <c>Files/expected.tsv</c>: the format (and how
/// the manifest sets it to be read), what <c>maxSkipped</c> allows, the verdict, the counts (<c>-</c> for any), a part of the reason.
/// </summary>
public sealed class DialectTests
{
    private static string Folder => Path.Combine(Repository.Root, "tests", "Unit", "Engine", "Gates", "Formats", "Files");

    public static TheoryData<string, string, int, string, string, string> Rows()
    {
        var rows = new TheoryData<string, string, int, string, string, string>();
        foreach (var row in File.ReadLines(Path.Combine(Folder, "expected.tsv")).Skip(1).Select(line => line.Split('\t')))
            rows.Add(row[0], row[1], int.Parse(row[2], System.Globalization.CultureInfo.InvariantCulture), row[3], row[4], row[5]);
        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Every_file_gets_the_verdict_the_counts_and_the_reason_of_its_row(
        string file, string format, int maxSkipped, string verdict, string counts, string reason)
    {
        var (counted, gate) = Judge(Path.Combine(Folder, file), Reading(format), maxSkipped);
        gate.Verdict.ToString().ToUpperInvariant().Should().Be(verdict, gate.Summary);
        if (counts.Any(char.IsDigit)) Matches(counted!, counts).Should().BeTrue($"{counts} was expected of {gate.Summary}");
        if (reason.Length > 0) gate.Summary.Should().Contain(reason);
    }

    [Fact]
    public void Every_file_has_a_row()
    {
        var rows = Rows().Select(row => row.Data.Item1).ToHashSet();
        Directory.GetFiles(Folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Folder, path))
            .Where(path => path != "expected.tsv").Should().BeSubsetOf(rows);
    }

    private static (TestCounts? Counts, GateResult Gate) Judge(string path, ResultReading reading, int maxSkipped)
    {
        var spec = new GateSpec([], [], TimeSpan.FromMinutes(1), maxSkipped);
        try
        {
            var result = ResultFile.Read(path, reading, TestContext.Current.CancellationToken);
            var evidence = new Evidence(path, $"{result}", result is { IsGreen: true, Counts.Executed: > 0 } ? Verdict.Pass : Verdict.Fail,
                default, "runner");
            return (result.Counts, GateRunner.Judge("integration", spec, [evidence], result.Counts, default, default));
        }
        catch (ResultFileException refused)
        {
            var evidence = new Evidence(path, refused.Message, Verdict.Fail, default, "runner");
            return (null, GateRunner.Judge("integration", spec, [evidence], new TestCounts(0, 0, 0), default, default));
        }
    }

    private static ResultReading Reading(string format) => new(
        Enum.Parse<ResultFormat>(format.Split(' ')[0], ignoreCase: true), format.Contains("reruns", StringComparison.Ordinal),
        format.Contains("assertions", StringComparison.Ordinal) ? ResultCounts.Assertions : ResultCounts.Tests);

    private static bool Matches(TestCounts counts, string expected)
    {
        string[] held = [$"{counts.Passed}", $"{counts.Failed}", $"{counts.Skipped}", $"{counts.Flaky}"];
        var wanted = expected.Split('/');
        return wanted.Concat(wanted.Length < held.Length ? ["0"] : []).Zip(held)
            .All(pair => pair.First == "-" || pair.First == pair.Second);
    }
}
