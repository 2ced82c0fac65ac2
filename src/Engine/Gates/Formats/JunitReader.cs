using System.Text.RegularExpressions;
using System.Xml;

namespace ChainBridge.Engine.Gates.Formats;

/// <summary>
/// JUnit XML in the dialects of its many writers. What the cases hold is the truth; what the suites claim must be explainable
/// by one of the ways in which runners count (<see cref="JunitSuite"/>), else the file contradicts itself.
/// </summary>
internal sealed partial class JunitReader(ResultTally tally, ResultReading reading)
{
    private readonly Stack<JunitSuite> _suites = new();
    private readonly Stack<JunitCase> _cases = new();

    /// <summary>A failure outside of tests whose text has not been read yet, and how deep in the file it stands.</summary>
    private (JunitSuite Suite, string Text, int Depth)? _loose;

    public static void Read(TextReader text, ResultTally tally, ResultReading reading, CancellationToken cancellationToken) =>
        ResultXml.Walk(text, ["testsuites", "testsuite"], new JunitReader(tally, reading).On, cancellationToken);

    private void On(XmlReader reader)
    {
        switch (reader.NodeType)
        {
            case XmlNodeType.Element:
                Begin(reader);
                if (reader.IsEmptyElement) End(reader);
                break;
            case XmlNodeType.EndElement: End(reader); break;
            case XmlNodeType.Text or XmlNodeType.CDATA when _loose is { Text.Length: 0 } loose:
                _loose = loose with { Text = reader.Beginning() }; break;
            case XmlNodeType.Comment when _suites.Count > 0: Remark(reader.Beginning()); break;
        }
    }

    private void Begin(XmlReader reader)
    {
        switch (reader.Name())
        {
            case "testsuites" or "testsuite":
                _suites.Push(new JunitSuite(reader, _suites.Count == 0 ? null : _suites.Peek(), reading)); break;
            case "testcase": _cases.Push(new JunitCase(reader, _suites.Peek(), nested: _cases.Count > 0)); break;
            case "failure" or "error" or "fail" or "failed" or "errored" or "broken" or "crash" or "crashed" or "timeout" or "aborted":
                if (_cases.Count > 0) _cases.Peek().Fail();
                else _loose ??= (_suites.Peek(), reader.GetAttribute("message") ?? "", reader.Depth);
                break;
            // A warning is a test that did nothing: PHPUnit writes it for a class without tests.
            case "skipped" or "skip" or "ignored" or "disabled" or "pending" or "notrun" or "warning" when _cases.Count > 0:
                _cases.Peek().Skip(); break;
            case "flakyfailure" or "flakyerror" or "rerun" when _cases.Count > 0: _cases.Peek().Repeat(passed: true); break;
            case "rerunfailure" or "rerunerror" when _cases.Count > 0: _cases.Peek().Repeat(passed: false); break;
        }
    }

    private void End(XmlReader reader)
    {
        if (_loose is { } loose && loose.Depth == reader.Depth)
        {
            loose.Suite.FailOutside(loose.Text, tally);
            _loose = null;
        }

        if (reader.Name() == "testcase") _cases.Pop().End(tally);
        else if (reader.Name() is "testsuites" or "testsuite") _suites.Pop().End(tally);
    }

    /// <summary>Node's reporter writes its sums as comments at the end; only they tell of a suite whose own hook failed.</summary>
    private void Remark(string comment)
    {
        if (NodeSum().Match(comment) is { Success: true } sum)
            _suites.Last().Claim(int.Parse(sum.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^\s*(?:fail|cancelled) (\d{1,9})\s*$")]
    private static partial Regex NodeSum();
}
