using System.Collections;
using System.Runtime.InteropServices;
using ChainBridge.DeployRunner;
using ChainBridge.DeployRunner.Cli;
using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;

using var interrupt = new CancellationTokenSource();
// The first signal asks for an orderly end; deployrunner bounds that itself, so further ones change nothing.
void OnSignal(PosixSignalContext signal)
{
    signal.Cancel = true;
    interrupt.Cancel();
}

using var control = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);

var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
    .ToDictionary(variable => (string)variable.Key, variable => (string)(variable.Value ?? ""), StringComparer.Ordinal);
var surroundings = new Surroundings(Console.Out, Console.Error,
    !Console.IsOutputRedirected && environment.GetValueOrDefault("TERM", "dumb") != "dumb",
    environment, TimeProvider.System,
    ThisMachine.Platform, ThisMachine.EngineAnswersAsync, ThisMachine.AskComposeAsync)
{
    Runner = CalledAs.Of(AppContext.BaseDirectory), AdoptsOrphans = Orphans.Adopt(),
    HandOn = Environment.SetEnvironmentVariable,
};
return (int)await EntryPoint.RunAsync(args, surroundings, interrupt.Token);

namespace ChainBridge.DeployRunner
{
    /// <summary>The one place where exceptions become exit codes.</summary>
    internal static class EntryPoint
    {
        internal static async Task<ExitCode> RunAsync(string[] arguments, Surroundings surroundings, CancellationToken cancellationToken)
        {
            var parsed = CommandLine.Create().Parse(arguments);
            if (parsed.Errors.Count == 0 && parsed.Action is not null)
                return await parsed.InvokeAsync(new() { Output = surroundings.Output, Error = surroundings.Errors }, cancellationToken) == 0
                    ? ExitCode.Done
                    : ExitCode.Usage;

            var began = surroundings.Time.GetTimestamp();
            await using var invocation = new Invocation(parsed, surroundings, cancellationToken);
            var result = await AnswerAsync(invocation, cancellationToken);
            var exitCode = ExitCodes.Of(result.Failure);
            invocation.Reporter.Report(new Finished(exitCode, result.Verdict, result.Summary,
                CalledAs.Typed(result.NextStep, surroundings.Runner, parsed.RootCommandResult.Command))
            {
                Runner = surroundings.Runner,
                Outcome = result.Outcome, Failure = result.Failure, Took = surroundings.Time.GetElapsedTime(began),
            });
            return exitCode;
        }

        private static async Task<FlowResult> AnswerAsync(Invocation invocation, CancellationToken cancellationToken)
        {
            if (invocation.Parsed.Errors.Count > 0)
                return new FlowResult(Failure.Usage, string.Join(' ', invocation.Parsed.Errors.Select(error => error.Message)),
                    Mistyped.Next(invocation.Parsed));
            try
            {
                var verb = (Verb)invocation.Parsed.CommandResult.Command;
                if (verb.NeedsSecrets) await invocation.AskForSecretsAsync(cancellationToken);
                return await verb.RunAsync(invocation, cancellationToken);
            }
            catch (EngineException expected)
            {
                return new FlowResult(expected.Failure, expected.Message, expected.NextStep);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return new FlowResult(Failure.Interrupted, "interrupted; the target was not changed by this command");
            }
            catch (Exception state) when (state is IOException or UnauthorizedAccessException)
            {
                return new FlowResult(Failure.Unreachable, $"a file of the environment cannot be used: {state.Message}", "look at "
                    + "the place it names (is the disk full? is it ours to write?), or choose another stateDirectory in the manifest");
            }
            catch (Exception unforeseen)
            {
                return new FlowResult(Failure.PersonNeeded, $"{unforeseen.GetType().Name}: {unforeseen.Message}\n{unforeseen.StackTrace}",
                    "this was not foreseen: look at deployrunner status, and report it");
            }
        }
    }
}
