using System.Globalization;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Manifest;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Gates;

/// <summary>
/// What the common test runners wrote (<c>tests/ResultFiles</c>, docs/result-files.md), judged by a gate and compared with
/// <c>expected.tsv</c>, which records what each runner really did.
/// </summary>
public sealed class RealRunnerFilesTests : IDisposable
{
    private readonly TimeSpan _deadline = TimeSpan.FromMinutes(10);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("runner-files-");

    public static TheoryData<string> Lines => [.. Table()];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task A_file_that_a_runner_wrote_gets_the_verdict_the_runner_gave(string line) =>
        (await DifferenceAsync(line)).Should().BeNull();

    [Fact]
    public void Every_result_file_has_a_line_and_every_line_a_file()
    {
        var files = Directory.GetDirectories(Place).SelectMany(folder => Directory.GetFiles(folder))
            .Where(file => Path.GetExtension(file) is ".xml" or ".json" or ".trx").Select(file => Path.GetRelativePath(Place, file));
        var lines = Table().Select(line => line.Split('\t')[0]).Distinct();
        lines.Order(StringComparer.Ordinal).Should().Equal(files.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_line_that_expects_something_else_is_seen_to_differ()
    {
        (await DifferenceAsync("pytest/red.xml\tjunit\t0\tFAIL\t2/3/0\ttest_is_billed_once")).Should().BeNull("this is the truth");
        foreach (var lie in new[] { "PASS\t2/3/0\t", "FAIL\t5/0/0\t", "FAIL\t2/3/0\tno such words" })
            (await DifferenceAsync($"pytest/red.xml\tjunit\t0\t{lie}")).Should().NotBeNull(lie);
    }

    private static string Place { get; } = Path.Combine(Repository.Root, "tests", "ResultFiles");

    private static IEnumerable<string> Table() =>
        File.ReadAllLines(Path.Combine(Place, "expected.tsv")).Skip(1).Where(line => line.Length > 0);

    /// <summary>What differs between a line of the table and the gate's answer; null when nothing does.</summary>
    private async Task<string?> DifferenceAsync(string line)
    {
        var columns = line.Split('\t').Select(column => column.Trim()).ToList();
        var (file, verdict, counts, reason) = (columns[0], columns[3], columns[4], columns[5]);
        var format = Enum.Parse<ResultFormat>(columns[1], ignoreCase: true);
        var result = await JudgeAsync(file, format, Number(columns[2]), columns.Count > 6 ? columns[6] : "");
        var tests = result.Tests!;
        int[] held = [tests.Passed, tests.Failed, tests.Skipped, tests.Flaky];
        var parts = counts.Split('/');
        var found = $"{file}: {result.Verdict}, {tests}: {string.Join("; ", result.Evidence.Select(piece => piece.Answered))}";
        return result.Verdict.ToString().Equals(verdict, StringComparison.OrdinalIgnoreCase)
            && parts.Select((part, i) => part == "-" || Number(part) == held[i]).All(same => same)
            && found.Contains(reason, StringComparison.Ordinal) ? null : $"{found}; expected were {verdict}, {counts}, '{reason}'";
    }

    /// <param name="how">Words: <c>exit=1</c> is the command's exit code, the others are keys of the manifest.</param>
    private async Task<GateResult> JudgeAsync(string file, ResultFormat format, int maxSkipped, string how)
    {
        var words = how.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Split('='))
            .ToDictionary(word => word[0], word => word.Last());
        var counts = words.TryGetValue("counts", out var what) ? Enum.Parse<ResultCounts>(what, ignoreCase: true) : ResultCounts.Tests;
        var command = new GateCommandSpec("tests", ["run"], "{results}/*", format, _deadline, words.ContainsKey("reruns"), counts);
        var maxFlaky = words.TryGetValue("maxFlaky", out var most) ? Number(most) : int.MaxValue;
        var runner = new Copying(Path.Combine(Place, file), words.TryGetValue("exit", out var code) ? Number(code) : 0);
        var (time, folder) = (TimeProvider.System, _folder.FullName);
        var gate = new GateRunner(new ProbeGate(time), new CommandGate(runner, time, folder), time, folder);
        var spec = new GateSpec([], [command], _deadline, maxSkipped, maxFlaky);
        return await gate.RunAsync("smoke", spec, new GateSubject(null, null), TestContext.Current.CancellationToken);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>A command that writes one file, as its runner wrote it, and ends.</summary>
    private sealed class Copying(string file, int exitCode) : IGateProcess
    {
        public async Task<GateProcessResult> RunAsync(GateProcessRequest request, CancellationToken cancellationToken)
        {
            var place = Path.Combine(request.Environment["CHAINBRIDGE_RESULTS"]!, Path.GetFileName(file));
            await File.WriteAllBytesAsync(place, await File.ReadAllBytesAsync(file, cancellationToken), cancellationToken);
            return new GateProcessResult(exitCode, "");
        }
    }
}
