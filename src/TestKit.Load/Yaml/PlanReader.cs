namespace ChainBridge.TestKit.Load.Yaml;

/// <summary>Reads the root of a scenario file.</summary>
internal sealed class PlanReader(YamlPlace root, Func<string, string?> variable, Func<string, TextReader> open)
{
    private readonly List<HttpStep> _steps = [];
    private readonly List<LoadLimit> _limits = [];
    private LoadPlan _plan = new("scenario", new HttpScenario([]), ArrivalRates.Constant(1, TimeSpan.FromSeconds(1)));
    private HttpScenario _scenario = new([]);
    private bool _hasLoad;

    public LoadPlan Read()
    {
        root.Read(
            ("name", value => _plan = _plan with { Name = Text(value) }),
            ("target", value => _plan = _plan with { Target = Address(value) }),
            ("load", ReadLoad),
            ("steps", value => _steps.AddRange(value.Items().Select(Step))),
            ("limits", value => _limits.AddRange(value.Items().Select(Limit))),
            ("warmUp", value => _plan = _plan with { WarmUp = Time(value) }),
            ("timeout", value => _plan = _plan with { StepTimeout = Time(value) }),
            ("drain", value => _plan = _plan with { Drain = Time(value) }),
            ("lateAfter", value => _plan = _plan with { LateAfter = Time(value) }),
            ("quietEnough", value => _plan = _plan with { QuietEnough = Quantities.Share(Text(value), value) }),
            ("window", value => _plan = _plan with { Window = Time(value) }),
            ("think", value => _scenario = _scenario with { Think = Time(value) }),
            ("maxInFlight", value => _plan = _plan with { MaxInFlight = Quantities.Whole(Text(value), value) }),
            ("endEarly", value => _plan = _plan with { EndEarly = Switch(value) }),
            ("data", value => _scenario = _scenario with { Data = Rows(value) }),
            ("dataSeed", value => _scenario = _scenario with { DataSeed = Quantities.Whole(Text(value), value) }),
            ("http", ReadHttp));
        if (!_hasLoad) throw root.Wrong("says no 'load': as in load: { rate: 100/s, for: 30s }");
        if (_steps.Count == 0) throw root.Wrong("says no 'steps': what to send, as in steps: [{ path: /health }]");
        _plan = _plan with { Scenario = _scenario with { Steps = _steps }, Limits = _limits };
        _plan.Check();
        return _plan;
    }

    private void ReadLoad(YamlPlace value) =>
        (_plan, _hasLoad) = (_plan with { Shape = new ShapeReader(variable, open).Read(value) }, true);

    private void ReadHttp(YamlPlace value)
    {
        var http = new LoadHttpOptions();
        value.Read(
            ("version", version => http = http with { Version = Text(version) }),
            ("connections", count => http = http with { Connections = Quantities.Whole(Text(count), count) }),
            ("acceptAnyCertificate", any => http = http with { AcceptAnyCertificate = Switch(any) }),
            ("lean", lean => http = http with { Lean = Switch(lean) }),
            ("newConnections", each => http = http with { NewConnections = Switch(each) }));
        _plan = _plan with { Http = http };
    }

    private HttpStep Step(YamlPlace place)
    {
        var step = new HttpStep("", "");
        place.Read(
            ("name", value => step = step with { Name = Text(value) }),
            ("method", value => step = step with { Method = Text(value).ToUpperInvariant() }),
            ("path", value => step = step with { Path = Text(value) }),
            ("body", value => step = step with { Body = Text(value) }),
            ("headers", value => step = step with { Headers = value.Pairs().ToDictionary(pair => pair.Key, pair => Text(pair.Value)) }),
            ("expect", value => step = step with { Expect = Quantities.Whole(Text(value), value) }));
        if (step.Path.Length == 0) throw place.Wrong("says no 'path'");
        return step.Name.Length > 0 ? step : step with { Name = $"{step.Method} {step.Path}" };
    }

    private LoadLimit Limit(YamlPlace place)
    {
        try
        {
            return LoadLimit.Parse(Text(place));
        }
        catch (LoadPlanException bad)
        {
            throw place.Wrong($"is wrong: {bad.Message}");
        }
    }

    private IReadOnlyList<IReadOnlyDictionary<string, string>> Rows(YamlPlace place)
    {
        try
        {
            using var lines = open(Text(place));
            return DataFeed.Csv(lines).Rows;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or LoadPlanException)
        {
            throw place.Wrong($"cannot be used: {unreadable.Message}");
        }
    }

    private Uri Address(YamlPlace place) => Uri.TryCreate(Text(place), UriKind.Absolute, out var address)
        && address.Scheme is "http" or "https"
        ? address
        : throw place.Wrong($"is '{Text(place)}': write a whole address, as http://127.0.0.1:8080");

    private bool Switch(YamlPlace place) => Text(place) switch
    {
        "true" => true, "false" => false, var other => throw place.Wrong($"is '{other}': true or false"),
    };

    private TimeSpan Time(YamlPlace place) => Quantities.Time(Text(place), place);

    private string Text(YamlPlace place) => place.Text(variable);
}
