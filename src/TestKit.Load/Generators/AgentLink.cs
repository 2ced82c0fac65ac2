using System.Net;
using System.Net.Sockets;

namespace ChainBridge.TestKit.Load.Generators;

/// <summary>A generator on another host, behind an agent.</summary>
internal sealed class AgentLink : GeneratorLink
{
    private readonly TcpClient _client;
    private readonly string _name;

    private AgentLink(TcpClient client, string name)
    {
        (_client, _name) = (client, name);
        From = new StreamReader(client.GetStream());
        To = new StreamWriter(client.GetStream());
    }

    public override string Name => $"the agent at {_name}";

    protected override TextReader From { get; }

    protected override TextWriter To { get; }

    public static async Task<AgentLink> ConnectAsync(DnsEndPoint agent, string? token, CancellationToken cancellationToken)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(agent.Host, agent.Port, cancellationToken).ConfigureAwait(false);
            var link = new AgentLink(client, $"{agent.Host}:{agent.Port}");
            var introduction = $"{GeneratorWords.Token} {GeneratorWords.Version} {token}";
            await link.To.WriteLineAsync(introduction.AsMemory(), cancellationToken).ConfigureAwait(false);
            return link;
        }
        catch (Exception failure)
        {
            client.Dispose();
            if (failure is not (SocketException or IOException)) throw;
            throw new LoadPlanException($"the agent at {agent.Host}:{agent.Port} cannot be reached: {failure.Message}; start it there with "
                + "'chainbridge-load agent'", failure);
        }
    }

    public override ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override Task<string> EndingAsync() => Task.FromResult("its connection ended");
}
