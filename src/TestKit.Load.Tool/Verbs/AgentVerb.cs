using System.CommandLine;
using System.Net;
using ChainBridge.TestKit.Load.Generators;

namespace ChainBridge.TestKit.Load.Tool.Verbs;

/// <summary>Waits on a host for runs.</summary>
internal sealed class AgentVerb : Command
{
    private readonly Option<string> _listen =
        new("--listen") { Description = "Address and port; port 0 is a free one.", DefaultValueFactory = _ => "127.0.0.1:7070" };

    private readonly Surroundings _surroundings;

    public AgentVerb(Surroundings surroundings)
        : base("agent", $"Generates load for runs elsewhere, until it is interrupted. They need the secret in {LoadOptions.TokenVariable}.")
    {
        _surroundings = surroundings;
        Add(_listen);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var text = parsed.GetValue(_listen)!;
        if (!IPEndPoint.TryParse(text,
            out var at)) throw new LoadPlanException($"'{text}' is no address to listen at: write it as 0.0.0.0:7070");
        var agent = new AgentServer(at, LoadOptions.Token(_surroundings), _surroundings.Time);
        await _surroundings.Output.WriteLineAsync($"listening at {agent.Start()}");
        await _surroundings.Output.FlushAsync(cancellationToken);
        await agent.ServeAsync(cancellationToken);
        return ExitCode.Passed;
    }
}
