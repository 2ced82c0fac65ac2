namespace ChainBridge.TestKit.Load.Http;

/// <summary>
/// Sends the steps of a scenario that is data. A step that fails ends its iteration: the next would ask for what is not there.
/// </summary>
internal sealed class HttpScenarioRunner(HttpScenario scenario) : ILoadScenario
{
    private readonly DataFeed? _feed = scenario.Data.Count == 0 ? null
        : scenario.DataSeed is { } seed ? DataFeed.Random(scenario.Data, seed) : DataFeed.Circular(scenario.Data);

    private PreparedStep[] _steps = [];
    private LeanHttp? _lean;

    /// <inheritdoc/>
    public ValueTask SetUpAsync(LoadSetup setup, CancellationToken cancellationToken)
    {
        if (setup.Target is null && scenario.Steps.Any(step => !Uri.IsWellFormedUriString(step.Path, UriKind.Absolute)))
            throw new LoadPlanException(
                "the steps have relative paths and the plan names no target: add a target, as in http://127.0.0.1:8080");
        _steps = [.. scenario.Steps.Select(step => new PreparedStep(step, setup.Http))];
        if (LeanHttp.CanServe(scenario, setup.Target, setup.Http.Options)) _lean = new(setup.Target!);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask RunAsync(LoadUser user, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _steps.Length; i++)
        {
            if (i > 0 && scenario.Think > TimeSpan.Zero) await user.ThinkAsync(scenario.Think, cancellationToken).ConfigureAwait(false);
            var step = _steps[i];
            var good = _lean is null
                ? (await user.Http.SendAsync(user, step.Name, step.Request(user, _feed), cancellationToken, step.Expect)
                    .ConfigureAwait(false)).AsExpected
                : await _lean.SendAsync(user, step.Name, step.Message(user, _feed), step.IsHead, step.Expect, cancellationToken)
                    .ConfigureAwait(false);
            if (!good) return;
        }
    }

    /// <inheritdoc/>
    public ValueTask CleanUpAsync(CancellationToken cancellationToken)
    {
        _lean?.Dispose();
        return ValueTask.CompletedTask;
    }
}
