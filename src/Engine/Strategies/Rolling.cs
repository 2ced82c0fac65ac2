using ChainBridge.Engine.Steps;

namespace ChainBridge.Engine.Strategies;

/// <summary>
/// For hosts without room for two releases: services that no door leads to are replaced one by one, and only those at the doors stand
/// beside the old ones until the traffic has moved. Everything before and after is <see cref="BlueGreen"/>. A first release, and one after
/// a release that died, has nothing to replace: its slot starts as a whole.
/// </summary>
internal static class Rolling
{
    /// <summary>The steps; none for an environment with room for two slots.</summary>
    public static IEnumerable<Step> Steps(bool rolling) => rolling ? [new LayOut(), new ReplaceInner()] : [];
}
