using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms.Compose;

namespace ChainBridge.Engine.Checks;

/// <summary>A Docker engine answers, and is not too old. Why it does not is told apart by what the docker program prints.</summary>
/// <param name="place">The host it is on, where that is another machine; null for this one.</param>
internal sealed class EngineCheck(DockerEngine engine, string? place) : ICheck
{
    private static readonly Version Oldest = new(25, 0);

    /// <exception cref="EngineException">The host itself has the reason.</exception>
    public async Task<CheckResult> AskAsync(CancellationToken cancellationToken)
    {
        var answer = await engine.TryAsync(DockerCommands.EngineVersion(), cancellationToken);
        if (!answer.Succeeded) return Trouble(answer);
        var version = answer.Output.Trim();
        if (ToolCheck.Number(version) is not { } number)
            return CheckResult.CouldNotAsk($"it answers '{version}' for its version", "look at docker version");
        return number >= Oldest
            ? CheckResult.Ok($"Docker Engine {version} on {place ?? "this machine"}")
            : CheckResult.Problem($"Docker Engine {version} on {place ?? "this machine"} is older than {Oldest}",
                "install a newer one (https://docs.docker.com/engine/install)");
    }

    /// <summary>An engine that cannot be used.</summary>
    private CheckResult Trouble(CommandResult answer)
    {
        var on = place is null ? "" : $" of {place}";
        bool Prints(string text) => answer.Errors.Contains(text, StringComparison.OrdinalIgnoreCase);
        if (answer.ExitCode == CommandResult.TimedOut)
            return CheckResult.CouldNotAsk($"the Docker engine{on} neither answers nor refuses",
                "see what keeps it busy (docker info, systemctl status docker), then ask again");
        var (what, next) = answer.ExitCode == CommandResult.NotStarted
            ? ("there is no docker program on this machine", "install Docker's command line with the plugins compose and buildx")
            : Prints("permission denied")
                ? ($"this user may not use the Docker engine{on}: permission denied at its socket",
                    "sudo usermod -aG docker USER; it holds from the next login on")
                : Prints("cannot connect to the docker daemon") || Prints("failed to connect to the docker API")
                    || Prints("connection refused") || Prints("no such file or directory")
                    ? ($"no Docker engine{on} listens: {answer.Errors.Trim()}",
                        "start it (sudo systemctl start docker), or install it; docker context ls shows where it is looked for")
                    : ($"the Docker engine{on} cannot be used: {answer.Evidence}", "try it by hand: docker version");
        return CheckResult.Problem(what, next, Failure.Unreachable);
    }
}
