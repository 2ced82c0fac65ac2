using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Checks;

/// <summary>Does what a deployment does first, as far as it only reads; what it throws has its reason and its next step.</summary>
/// <param name="attempt">Answers the evidence, or throws <see cref="EngineException"/>.</param>
internal sealed class TriedCheck(Func<CancellationToken, Task<string>> attempt) : ICheck
{
    public async Task<CheckResult> AskAsync(CancellationToken cancellationToken) => CheckResult.Ok(await attempt(cancellationToken));
}
