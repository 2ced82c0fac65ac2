namespace ChainBridge.TestKit.Load;

/// <summary>All that a generator needs to know to make a load: it is sent to its process as it is.</summary>
/// <param name="Name">Of the scenario, in reports and baselines.</param>
public sealed record LoadPlan(string Name, ScenarioSource Scenario, LoadShape Shape)
{
    /// <summary>Where the system under test is.</summary>
    public Uri? Target { get; init; }

    /// <summary>What must hold. Errors and dropped arrivals of which nothing is said may not happen at all.</summary>
    public IReadOnlyList<LoadLimit> Limits { get; init; } = [];

    /// <summary>The load with which it begins, for this long and not measured.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What a step may take; longer is a failure of the kind <c>timeout</c>.</summary>
    public TimeSpan StepTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the last ones under way are waited for after the schedule's end.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>An arrival that comes when so many are under way on one generator is dropped, and counted.</summary>
    public int MaxInFlight { get; init; } = 10_000;

    /// <summary>
    /// How late the generator itself may begin an arrival; more than 1 % later ones make the run inconclusive. Null: 1 ms, or a
    /// tenth of the tightest limit on a time where that is longer.
    /// </summary>
    public TimeSpan? LateAfter { get; init; }

    /// <summary>How the generator speaks HTTP.</summary>
    public LoadHttpOptions Http { get; init; } = new();

    /// <summary>For a scenario in C#.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>One point of the timeline, and one sample of a comparison.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>End early when a limit cannot be kept any more.</summary>
    public bool EndEarly { get; init; } = true;

    /// <summary>How much steal time, and how much CPU of processes that have nothing to do with the run, a verdict bears.</summary>
    public double QuietEnough { get; init; } = 0.10;

    /// <summary>
    /// How many agents make the load; 0 where this machine makes it. A caller of <see cref="LoadEngine.Agents"/> sets it: such a load is
    /// compared only with one by as many agents, and <c>chainbridge-load</c> holds no lock of this machine for it.
    /// </summary>
    public int Agents { get; init; }

    /// <summary>What is wrong with it, all at once; empty when it can be run.</summary>
    public IEnumerable<string> Problems()
    {
        if (Name.Length == 0 || Name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_' or '.')))
            yield return $"'{Name}' cannot name a scenario: use letters, digits, '-', '_' and '.'";
        foreach (var problem in Shape.Problems().Concat(Scenario.Problems()).Concat(Http.Problems())) yield return problem;
        if (Target is not null
            && !Target.IsAbsoluteUri) yield return $"the target '{Target}' is no address: write it whole, as http://127.0.0.1:8080";
        else if (Target is { Scheme: not ("http" or "https") }) yield return $"the target {Target} is neither http nor https";
        if (WarmUp < TimeSpan.Zero) yield return "the warm-up is negative: 0s switches it off";
        if (Drain < TimeSpan.Zero) yield return "the drain is negative: with 0s nothing is waited for";
        foreach (var (name, time) in new[] { ("warm-up", WarmUp), ("step timeout", StepTimeout), ("drain", Drain) })
            if (time > TimeSpan.FromDays(1)) yield return $"the {name} lasts {time.TotalHours:0.#} hours: at most 24";
        if (StepTimeout <= TimeSpan.Zero) yield return "the step timeout is not above zero";
        if (MaxInFlight < 1) yield return "MaxInFlight is below 1: nothing could be sent";
        if (Window < TimeSpan.FromMilliseconds(100)) yield return "windows shorter than 100ms hold too little to say anything";
        foreach (var limit in Shape is UserCounts
            ? Limits.Where(limit => limit is { Tolerance: not null, Metric: LoadMetric.Bytes or LoadMetric.Max }) : [])
            yield return $"the limit '{limit}' needs a rate of arrivals: from so many users a faster target gets more requests, and so "
                + "more bytes and longer maxima; write load: { rate: … }, or an absolute limit";
        if (Scenario is HttpScenario http)
            foreach (var limit in Limits.Where(limit => limit.Step is { } step && http.Steps.All(known => known.Name != step)))
                yield return $"the limit '{limit}' is on a step that is not there: the steps are "
                    + $"{string.Join(", ", http.Steps.Select(s => s.Name))}";
    }

    /// <summary>Refuses a plan that cannot be run.</summary>
    /// <exception cref="LoadPlanException">With every problem.</exception>
    public void Check()
    {
        var problems = Problems().Distinct().ToList();
        if (problems.Count > 0) throw new LoadPlanException($"the load plan '{Name}' cannot be run: {string.Join("; ", problems)}");
    }

    /// <summary>From which delay on an arrival counts as late.</summary>
    public TimeSpan Late => LateAfter ?? TimeSpan.FromMilliseconds(Math.Max(1, Limits
        .Where(limit => limit is { IsTime: true, Tolerance: null }).Select(limit => limit.Bound / 10).DefaultIfEmpty(1).Min()));

    /// <summary>
    /// A text that is equal for plans whose results may be compared: what is sent and how, not where to nor the limits. What may be
    /// long or secret is in it as a digest, and settings by their names only.
    /// </summary>
    public string Comparable() => ComparablePlan.Of(this);
}
