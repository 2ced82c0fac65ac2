using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Checks;

/// <summary>How a check ended.</summary>
public enum CheckVerdict
{
    /// <summary>Asked, and as it should be.</summary>
    Ok,
    /// <summary>Asked, and a deployment works with it as it is; there is something better.</summary>
    Warning,
    /// <summary>Asked, and not as it should be.</summary>
    Problem,
    /// <summary>It could not be asked, and that is no "ok".</summary>
    CouldNotAsk,
    /// <summary>Not asked, because a check that it needs did not end well.</summary>
    NotAsked,
}

/// <summary>What a check found.</summary>
/// <param name="Evidence">What was seen, on one line.</param>
/// <param name="NextStep">What a person should do; null where nothing is to do.</param>
public sealed record CheckResult(string Name, CheckVerdict Verdict, string Evidence, string? NextStep = null)
{
    /// <summary>The failures that a result can stand for, the one that decides over all others first.</summary>
    private static readonly IReadOnlyList<Failure> Order =
        [Model.Failure.Usage, Model.Failure.Unreachable, Model.Failure.PersonNeeded, Model.Failure.Refused, Model.Failure.Inconclusive];

    /// <summary>What a deployment would end with because of it; null for one that ended well or was not asked.</summary>
    public Failure? Failure { get; init; }

    /// <summary>Whether a deployment works with it, as far as this check knows.</summary>
    public bool EndedWell => Verdict is CheckVerdict.Ok or CheckVerdict.Warning;

    /// <summary>As it should be.</summary>
    public static CheckResult Ok(string evidence) => new("", CheckVerdict.Ok, evidence);

    /// <summary>A deployment works with it; there is something better.</summary>
    public static CheckResult Warning(string evidence, string nextStep) => new("", CheckVerdict.Warning, evidence, nextStep);

    /// <summary>Not as it should be.</summary>
    public static CheckResult Problem(string evidence, string nextStep, Failure failure = Model.Failure.Refused) =>
        new("", CheckVerdict.Problem, evidence, nextStep) { Failure = failure };

    /// <summary>It could not be asked.</summary>
    public static CheckResult CouldNotAsk(string evidence, string nextStep) =>
        new("", CheckVerdict.CouldNotAsk, evidence, nextStep) { Failure = Model.Failure.Inconclusive };

    /// <summary>The failure that these results stand for together; null when all ended well.</summary>
    public static Failure? Of(IEnumerable<CheckResult> results)
    {
        var found = results.Select(result => result.Failure).OfType<Failure>().ToHashSet();
        return found.Count == 0 ? null : Order.Concat(found).First(found.Contains);
    }
}
