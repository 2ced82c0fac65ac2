using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Secrets;

/// <summary>Gets the secrets that commands print. What a command prints is shown nowhere, only its error output.</summary>
public sealed class SecretCommands(Redactor redactor, TimeProvider time)
{
    /// <summary>Runs the commands, all at once.</summary>
    /// <param name="folder">They are run in it.</param>
    /// <returns>Variable → secret.</returns>
    /// <exception cref="EngineException"><see cref="Failure.Refused"/>, naming every command that gave none.</exception>
    public async Task<IReadOnlyDictionary<string, string>> AskAsync(
        IReadOnlyList<SecretCommandSpec> specs, string folder, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(specs.Select(async spec => (Spec: spec, Result: await new LocalExecutor(time).RunAsync(
            Command.Of(spec.From) with { Folder = folder, Timeout = spec.Timeout }, null, cancellationToken))));
        var secrets = answers.Where(answer => answer.Result.Succeeded && Value(answer.Result).Length > 0)
            .ToDictionary(answer => answer.Spec.Variable, answer => Value(answer.Result), StringComparer.Ordinal);
        foreach (var secret in secrets.Values) redactor.Learn(secret);
        var missing = answers.Where(answer => !secrets.ContainsKey(answer.Spec.Variable)).ToList();
        if (missing.Count == 0) return secrets;
        throw new EngineException(Failure.Refused, string.Join('\n', missing.Select(answer =>
            $"{answer.Spec.Place}: {answer.Spec.Variable} could not be had: {answer.Result.Command} ended with exit code "
                + $"{answer.Result.ExitCode}{(answer.Result.Succeeded ? " and printed nothing" : Because(answer.Result.Errors))}")),
            $"run it by hand (is it logged in?), or set {missing[0].Spec.Variable}; nothing was changed");
    }

    /// <summary>A command ends its line; a secret may have several.</summary>
    private static string Value(CommandResult result) => result.Output.TrimEnd('\r', '\n');

    private string Because(string errors) => errors.Trim() is { Length: > 0 } why ? $": {redactor.Hide(why)}" : "";
}
