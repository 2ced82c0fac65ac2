using System.Globalization;
using ChainBridge.TestKit.Basics;
using Xunit.Sdk;
using Xunit.v3;

namespace ChainBridge.TestKit.Runs.Cases;

/// <summary>How the time was used: tests and fixtures with their beginning and end, read from xUnit's messages. Not thread-safe.</summary>
internal sealed class RunTimeline(TimeProvider time)
{
    private const int Named = 3;
    private static readonly TimeSpan WorthAWord = TimeSpan.FromSeconds(0.05);
    private readonly long _start = time.GetTimestamp();
    private readonly Dictionary<string, Span> _spans = [];

    /// <summary>What has not ended, in words, what began first before the others.</summary>
    public IReadOnlyList<string> Running => [.. _spans.Values.Where(span => span.End is null).OrderByDescending(Length).Select(Words)];

    /// <summary>Takes a message in.</summary>
    public void Observe(IMessageSinkMessage message, Func<string, CaseRecord?> record, IReadOnlyCollection<CaseRecord> all)
    {
        switch (message)
        {
            case ITestAssemblyStarting starting:
                OpenFixtures(starting.AssemblyUniqueID, "the assembly", all,
                    testCase => testCase.TestCollection.TestAssembly.AssemblyFixtureTypes);
                break;
            case ITestCollectionStarting starting:
                Close(starting.AssemblyUniqueID);
                OpenFixtures(starting.TestCollectionUniqueID, starting.TestCollectionDisplayName,
                    [.. all.Where(one => one.Case.TestCollection.UniqueID == starting.TestCollectionUniqueID)],
                    testCase => testCase.TestCollection.CollectionFixtureTypes);
                break;
            case ITestClassStarting { TestClassUniqueID: { } id } starting:
                Close(starting.TestCollectionUniqueID);
                OpenFixtures(id, starting.TestClassName, [.. all.Where(one => one.Case.TestClass.UniqueID == id)],
                    testCase => testCase.TestClass.ClassFixtureTypes);
                break;
            case ITestMethodStarting { TestClassUniqueID: { } id }:
                Close(id);
                break;
            case ITestStarting starting:
                _spans[starting.TestUniqueID] = new(Name(starting, record(starting.TestCaseUniqueID)),
                    Categories([record(starting.TestCaseUniqueID)]), time.GetTimestamp(), IsFixture: false);
                break;
            case ITestFinished finished:
                Close(finished.TestUniqueID);
                break;
        }
    }

    /// <summary>What used the time of a category until now, in words.</summary>
    /// <param name="here">How long it was at work in this assembly.</param>
    /// <param name="elsewhere">What other assemblies of the run used of it beside that.</param>
    /// <param name="others">Their names.</param>
    public string Describe(Category category, TimeSpan here, TimeSpan elsewhere, IReadOnlyList<string> others)
    {
        var own = _spans.Values.Where(span => span.Categories.Contains(category.Name)).ToList();
        var running = own.Where(span => span.End is null).OrderByDescending(Length).Select(Words).ToList();
        var beside = _spans.Values.Except(own).Where(span => span is { End: null, IsFixture: false }).OrderByDescending(Length).Take(Named)
            .Select(Words).ToList();
        var slowest = own.Where(span => span is { End: not null, IsFixture: false }).OrderByDescending(Length).Take(Named)
            .Select(Words).ToList();
        var text = $"The budget of {category.Words}, {Duration.Seconds(category.Budget)}, is used up: "
            + $"at work for {Duration.Seconds(here)}, "
            + $"{Duration.Seconds(time.GetElapsedTime(_start))} after the run began.";
        if (elsewhere >= WorthAWord)
            text += $" {Duration.Seconds(elsewhere)} more had been used by other assemblies of the run: {string.Join(", ", others)}.";
        text += running.Count > 0
            ? $" Running at the deadline: {string.Join("; ", running)}."
            : " None of its tests was running at the deadline.";
        if (beside.Count > 0) text += $" Running beside it: {string.Join("; ", beside)}.";
        if (slowest.Count > 0) text += $" The slowest that had finished: {string.Join("; ", slowest)}.";
        var inFixtures = own.Where(span => span.IsFixture).Aggregate(TimeSpan.Zero, (sum, span) => sum + Length(span));
        if (inFixtures >= WorthAWord) text += $" Fixtures took {Duration.Seconds(inFixtures)}.";
        return $"{text} Make what took the time faster, or set {category.Variable}{(category.IsOther ? " (off: none)" : "")}.";
    }

    private static IReadOnlySet<string> Categories(IEnumerable<CaseRecord?> records) =>
        records.Select(record => record?.Clock.Category.Name).OfType<string>().ToHashSet();

    private static string Name(ITestStarting test, CaseRecord? record) =>
        record is null ? test.TestDisplayName : $"{record.Case.TestClassSimpleName}: {test.TestDisplayName}";

    private void OpenFixtures(
        string id, string whose, IReadOnlyCollection<CaseRecord> records, Func<IXunitTestCase, IReadOnlyCollection<Type>> types)
    {
        // xUnit reports nothing about fixtures: their time is what passes between the beginning of a level and the next one's.
        if (records.Count == 0 || _spans.ContainsKey(id) || types(records.First().Case) is not { Count: > 0 } fixtures) return;
        _spans[id] = new($"the fixtures of {whose} ({string.Join(", ", fixtures.Select(type => type.Name))})", Categories(records),
            time.GetTimestamp(), IsFixture: true);
    }

    private void Close(string id)
    {
        if (_spans.TryGetValue(id, out var span) && span.End is null) _spans[id] = span with { End = time.GetTimestamp() };
    }

    private TimeSpan Length(Span span) => time.GetElapsedTime(span.Start, span.End ?? time.GetTimestamp());

    private string Words(Span span) => $"{span.Name} ({Duration.Seconds(Length(span))})";

    private sealed record Span(string Name, IReadOnlySet<string> Categories, long Start, bool IsFixture, long? End = null);
}
