using ChainBridge.Engine.Events;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class ValidateVerb()
    : Verb("validate", "Checks the manifest and the compose files it names; every problem at once, with file:line:column and a hint.")
{
    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var manifest = invocation.ReadManifest();
        if (invocation.Get<string>(GlobalOptions.EnvironmentName) is not null) invocation.Choose(manifest);
        var problems = new List<ManifestProblem>();
        var services = manifest.Services.Count;
        foreach (var file in invocation.ReadComposeFiles(manifest))
        {
            var verdict = await JudgeAsync(invocation, manifest, file, cancellationToken);
            if (manifest.Compose is not null) services = verdict.Services;
            problems.AddRange(verdict.Problems);
            if (manifest.Compose is not null && manifest.Environments.Values.Any(environment =>
                environment.Target == TargetKind.Process && environment.ComposeFile == file.Path))
                problems.AddRange(file.ServicesAsProcesses().Problems.Except(problems));
            foreach (var warning in verdict.Warnings) invocation.Reporter.Report(new Warning(warning.ToString()));
        }

        Invocation.Refuse(problems);
        foreach (var service in manifest.Services.Values.Where(service =>
            manifest.Environments.Values.Any(environment => environment is { Target: not TargetKind.Process, ComposeFile: not null })
                && !File.Exists(Path.Combine(manifest.Root, service.Build.Dockerfile))))
            invocation.Reporter.Report(
                new Warning($"there is no {service.Build.Dockerfile} to build {service.Name} with; deploy needs it"));
        foreach (var secret in manifest.Notify.SelectMany(notify => notify.Secrets).Where(secret => invocation.Secret(secret) is null))
            invocation.Reporter.Report(new Warning(secret.Missing));
        return FlowResult.Done(
            $"{manifest.Path} is right: {Plural.Of(services, "service")}, {Plural.Of(manifest.Environments.Count, "environment")}");
    }

    /// <summary>
    /// Compose decides about its files; where it cannot be asked, a note reports that, and the runner's own reading decides.
    /// </summary>
    private static async Task<ComposeVerdict> JudgeAsync(
        Invocation invocation, DeploymentManifest manifest, TeamComposeFile file, CancellationToken cancellationToken)
    {
        var answer = await invocation.AskComposeAsync(manifest, file, cancellationToken);
        if (answer.NotAsked is { } why)
            invocation.Reporter.Report(
                new Warning($"Docker Compose could not be asked about {file.Path} ({why}); what only Compose knows was not checked"));
        if (manifest.Compose is not null)
        {
            var (filled, problems) = file.Services(answer.Resolved);
            file = invocation.ReadComposeFile(filled, file.Path);
            if (problems.Count > 0 && answer.Refusal is null) return file.Check() with { Problems = problems };
        }

        return answer switch
        {
            { Refusal: { } refusal } => file.Refused(refusal),
            { Resolved: { } resolved } => file.Check(resolved),
            _ => file.Check(),
        };
    }
}
