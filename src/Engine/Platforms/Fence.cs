using System.Globalization;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;

namespace ChainBridge.Engine.Platforms;

/// <summary>
/// Keeps a runner that lost its lock from changing a target that cannot check fencing tokens itself. Each change holds an
/// operating-system lock that dies with its process, and is refused when a newer token was seen.
/// </summary>
internal sealed class Fence(IHostFiles files, string state, TimeProvider time, bool onlyPlans = false)
{
    /// <summary>A change of an older runner may still be under way: a slot that starts takes its time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private string TokenFile => Path.Combine(state, "fence");

    /// <summary>Enters with this token; the change is over when the answer is disposed.</summary>
    /// <exception cref="EngineException">
    /// <see cref="Failure.Locked"/>: a newer runner was here, or an older one does not come out within 120 s.
    /// </exception>
    public async Task<IDisposable> EnterAsync(FencingToken token, CancellationToken cancellationToken)
    {
        if (onlyPlans) return new MemoryStream();
        var guard = await files.LockAndReadAsync(GuardFile, [TokenFile], Patience, time, cancellationToken);
        try
        {
            var highest = long.TryParse(guard.Contents[0], CultureInfo.InvariantCulture, out var number) ? number : 0;
            if (token.Value < highest)
                throw new EngineException(Failure.Locked,
                    $"a newer runner (token {highest}) has the target; this one has token {token.Value}",
                    "it puts the target in order; look at deployrunner status");
            if (token.Value > highest) files.Write(TokenFile, token.Value.ToString(CultureInfo.InvariantCulture));
            return guard;
        }
        catch
        {
            guard.Dispose();
            throw;
        }
    }

    /// <summary>Forgets which tokens were seen; with everything else of the environment.</summary>
    public void Remove() => files.Change(changes =>
    {
        changes.Delete(TokenFile);
        changes.Delete(GuardFile);
    });

    private string GuardFile => TokenFile + ".guard";
}
