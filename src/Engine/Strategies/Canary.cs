using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Steps;

namespace ChainBridge.Engine.Strategies;

/// <summary>
/// Before all the traffic moves, the candidate gets it in growing shares, and is compared at each with the old release, which has the
/// rest. Everything before and after is <see cref="BlueGreen"/>.
/// </summary>
internal static class Canary
{
    /// <summary>The steps; none for an environment that moves all its traffic at once.</summary>
    /// <param name="inconclusiveIsEnough">A person decided on evidence of their own; a failure still goes back.</param>
    public static IEnumerable<Step> Steps(CanarySpec? canary, bool inconclusiveIsEnough) =>
        canary is null ? [] : canary.Shares.SelectMany((share, index) => new Step[]
        {
            new Shift(share, isFirst: index == 0), new Compare(canary, share, inconclusiveIsEnough),
        });
}
