using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Hosts;

/// <summary>
/// The connection to a host that is another machine. What fails while it is cut shows nothing about the release that was asked.
/// </summary>
/// <param name="connections">How often the connection was made so far.</param>
/// <param name="ask">Asks the host for a sign of life, over a new connection where the last one was cut.</param>
public sealed class HostWay(string host, Func<int> connections, Func<CancellationToken, Task> ask)
{
    /// <summary>How often the connection was made so far; another number later means that it was cut in between.</summary>
    public int Connections => connections();

    /// <summary>Why what failed since then shows nothing; null when the connection has held.</summary>
    /// <param name="before">The <see cref="Connections"/> of before the question.</param>
    public async Task<string?> CutSinceAsync(int before, CancellationToken cancellationToken)
    {
        try
        {
            await ask(cancellationToken);
            return Connections == before ? null : $"the connection to {host} was cut meanwhile";
        }
        catch (EngineException away) when (away.Failure == Failure.Unreachable)
        {
            return away.Message;
        }
    }

    /// <summary>Does what can be done twice, and once more where it failed while the connection was cut.</summary>
    public async Task<T> DespiteACutAsync<T>(Func<Task<T>> repeatable, CancellationToken cancellationToken)
    {
        var before = Connections;
        try
        {
            return await repeatable();
        }
        catch (EngineException)
        {
            if (await CutSinceAsync(before, cancellationToken) is null) throw;
        }

        return await repeatable();
    }
}
