using System.Globalization;
using System.Text;
using ChainBridge.TestKit.Basics;
using ChainBridge.TestKit.Categories;

namespace ChainBridge.TestKit.Runs.Results;

/// <summary>The page that GitHub shows beside a step: appended to the file that <c>GITHUB_STEP_SUMMARY</c> names.</summary>
internal static class StepSummary
{
    public const string Variable = "GITHUB_STEP_SUMMARY";

    /// <summary>GitHub refuses a page of more than 1 MiB; this many failed tests of the longest message stay below a tenth of it.</summary>
    private const int MostListed = 100;

    private const int LongestMessage = 300;

    /// <summary>The page of one assembly, in Markdown.</summary>
    public static string Page(RunReport report)
    {
        var page = new StringBuilder();
        var failed = report.Tests.Where(test => test.Outcome == TestOutcome.Failed).ToList();
        page.AppendLine(CultureInfo.InvariantCulture, $"### {report.Assembly}: {failed.Count} failed, {report.Count(TestOutcome.Passed)} "
            + $"passed, {report.Count(TestOutcome.Skipped)} skipped");
        page.AppendLine().AppendLine(report.Order).AppendLine();
        Table(page, "| failed test | message | evidence |\n|---|---|---|", failed,
            test => $"| {Text(test.Name)} | {Code(test.Cause.Message)} | {CodeOrNothing(test.Cause.Evidence)} |");
        Table(page, "| error outside of a test |\n|---|", report.Errors, error => $"| {Code(error)} |");
        Table(page, "| flaky test | attempts |\n|---|---|", [.. report.Tests.Where(test => test.Note.Flaky)],
            test => $"| {Text(test.Name)} | {test.Note.Attempts.ToString(CultureInfo.InvariantCulture)} |");
        Table(page, "| quarantined test | outcome | issue | message |\n|---|---|---|---|",
            [.. report.Tests.Where(test => test.Note.Issue is not null)], test => $"| {Text(test.Name)} | "
                + $"{test.Outcome.ToString().ToLowerInvariant()} | {test.Note.Issue} | {CodeOrNothing(test.Cause.Message)} |");
        Table(page, "| category | used | by other assemblies | budget |\n|---|---|---|---|", report.Budgets,
            budget => $"| {(budget.Category == Category.OtherName ? "none" : budget.Category)} | {Duration.Seconds(budget.Used)} "
                + $"| {Duration.Seconds(budget.Elsewhere)} "
                + $"| {(budget.Budget == Timeout.InfiniteTimeSpan ? "off" : Duration.Seconds(budget.Budget))} |");
        return page.ToString();
    }

    /// <summary>Adds the page to the file, in one piece.</summary>
    public static void Append(string file, RunReport report)
    {
        using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        stream.Write(Encoding.UTF8.GetBytes(Page(report) + "\n"));
    }

    private static void Table<T>(StringBuilder page, string head, IReadOnlyList<T> rows, Func<T, string> row)
    {
        if (rows.Count == 0) return;
        page.AppendLine(head);
        foreach (var one in rows.Take(MostListed)) page.AppendLine(row(one));
        if (rows.Count > MostListed) page.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"… and {rows.Count - MostListed} more");
        page.AppendLine();
    }

    private static string FirstLine(string text)
    {
        var line = text.Split('\n', 2)[0].Trim();
        return line.Length <= LongestMessage ? line : line[..LongestMessage] + "…";
    }

    private static string Text(string text) => FirstLine(text).Replace("\\", "\\\\").Replace("|", "\\|").Replace("<", "&lt;")
        .Replace("*", "\\*").Replace("_", "\\_").Replace("`", "\\`");

    private static string CodeOrNothing(string text) => text.Length > 0 ? Code(text) : "";

    private static string Code(string text) => $"`{FirstLine(text).Replace('`', '\'').Replace("|", "\\|")}`";
}
