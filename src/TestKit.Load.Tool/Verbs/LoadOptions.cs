using System.CommandLine;
using System.Globalization;
using System.Net;

namespace ChainBridge.TestKit.Load.Tool.Verbs;

/// <summary>What the commands that make a load have in common.</summary>
internal sealed class LoadOptions
{
    public const string TokenVariable = "CHAINBRIDGE_LOAD_TOKEN";

    public Argument<string> Scenario { get; } = new("scenario") { Description = "The scenario, a YAML file." };

    public Option<string?> Target { get; } = new("--target") { Description = "Another target than the file's." };

    public Option<int> Generators { get; } =
        new("--generators") { Description = "Split the load over so many processes of this machine.", DefaultValueFactory = _ => 1 };

    public Option<string[]> Agents { get; } = new("--agents")
    {
        Description = $"Split it over agents on other hosts, each host:port; their token is in {TokenVariable}.",
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<bool> Quiet { get; } = new("--quiet") { Description = "No line per second." };

    public void AddTo(Command command)
    {
        command.Add(Scenario);
        command.Add(Target);
        command.Add(Generators);
        command.Add(Agents);
        command.Add(Quiet);
    }

    public LoadPlan Plan(ParseResult parsed, Surroundings surroundings)
    {
        var plan = ScenarioFile.Read(parsed.GetValue(Scenario)!, surroundings.Variable);
        plan = plan with { Agents = parsed.GetValue(Agents)?.Length ?? 0 };
        return parsed.GetValue(Target) is { } target ? plan with { Target = Address(target) } : plan;
    }

    public ILoadEngine Engine(ParseResult parsed, Surroundings surroundings) => parsed.GetValue(Agents) is { Length: > 0 } agents
        ? LoadEngine.Agents([.. agents.Select(EndPoint)], Token(surroundings), surroundings.Time)
        : LoadEngine.Processes(parsed.GetValue(Generators), surroundings.Time);

    public LiveConsole? Live(ParseResult parsed, Surroundings surroundings) =>
        parsed.GetValue(Quiet) ? null : new(surroundings.Errors, surroundings.Terminal);

    public static string Token(Surroundings surroundings) => surroundings.Variable(TokenVariable) is { Length: > 0 } token ? token
        : throw new LoadPlanException($"agents need a token: set {TokenVariable} to the same secret here and there");

    public static Uri Address(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
        ? address
        : throw new LoadPlanException($"'{text}' is no address: write it whole, as http://127.0.0.1:8080");

    private static DnsEndPoint EndPoint(string text) => text.LastIndexOf(':') is > 0 and var colon
        && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
            ? new(text[..colon], port)
            : throw new LoadPlanException($"'{text}' is no agent: write host:port");
}
