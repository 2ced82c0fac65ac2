using System.Xml;

namespace ChainBridge.Engine.Gates.Formats;

/// <summary>Visual Studio TRX: a result per test, then one summary with its counters and the messages of the run itself.</summary>
internal sealed class TrxReader(ResultTally tally)
{
    private readonly Stack<TrxResult> _results = new();
    private readonly List<string> _messages = [];
    private TrxCounters? _counters;
    private string? _outcome;
    private int _summaries, _counterLists, _rows;
    private bool _error, _text, _silent;

    public static void Read(TextReader text, ResultTally tally, ResultReading reading, CancellationToken cancellationToken)
    {
        var trx = new TrxReader(tally);
        ResultXml.Walk(text, ["testrun"], trx.On, cancellationToken);
        trx.Check();
    }

    private void On(XmlReader reader)
    {
        if (reader.NodeType == XmlNodeType.Element)
        {
            Begin(reader);
            if (reader.IsEmptyElement) End(reader);
        }
        else if (reader.NodeType == XmlNodeType.EndElement) End(reader);
        else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA && _error && _text && _messages.Count < ResultFile.MostFailures)
            Say(string.Join(' ', reader.Beginning().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
    }

    private void Say(string message)
    {
        _messages.Add(message);
        _silent = false;
    }

    private void Begin(XmlReader reader)
    {
        switch (reader.LocalName)
        {
            case "UnitTestResult" or "TestResult" or "GenericTestResult" or "ManualTestResult" or "WebTestResult" or "LoadTestResult"
                or "TestResultAggregation":
                _results.Push(new TrxResult(reader));
                break;
            case "StackTrace" when _results.Count > 0: _results.Peek().HasStackTrace = true; break;
            case "ResultSummary": (_summaries, _outcome) = (_summaries + 1, reader.GetAttribute("outcome")); break;
            case "Counters": (_counterLists, _counters) = (_counterLists + 1, TrxCounters.Of(reader)); break;
            case "RunInfo": _silent = _error = reader.GetAttribute("outcome") is "Error" or "Failed" or "Aborted"; break;
            case "Text": _text = true; break;
        }
    }

    private void End(XmlReader reader)
    {
        switch (reader.LocalName)
        {
            case "UnitTestResult" or "TestResult" or "GenericTestResult" or "ManualTestResult" or "WebTestResult" or "LoadTestResult"
                or "TestResultAggregation":
                var ended = _results.Pop();
                if (_results.Count > 0) _rows++;
                tally.Add(ended.Outcome, ended.Identity, ended.Name);
                break;
            case "RunInfo":
                if (_error && _silent) tally.Object("the run reports an error without a word about it");
                _error = false;
                break;
            case "Text": _text = false; break;
        }
    }

    private void Check()
    {
        if (_summaries == 0 || _counters is null) throw new ResultFileException("the file has no summary: its run did not end");
        if (_summaries > 1) tally.Object($"the file has {_summaries} summaries");
        if (_counterLists > 1) tally.Object($"the file has {_counterLists} lists of counters");
        _counters.Check(tally, _rows);
        var cutShort = _outcome is not ("Completed" or "Passed" or "Warning") && tally.Failed == 0;
        if (cutShort) tally.Object($"the run's outcome is '{_outcome}' though no test failed: it was cut short");
        foreach (var message in _messages) tally.Object($"the run says: {message}");
    }
}
