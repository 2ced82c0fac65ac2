using ChainBridge.Engine.Events;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Secrets;

namespace ChainBridge.Engine.Notifications;

/// <summary>Makes the sinks that a manifest's <c>notify</c> names.</summary>
/// <param name="variable">Returns an environment variable, or null when it is not set.</param>
/// <param name="readFile">Returns the content of a file, or null when it cannot be read.</param>
/// <param name="redactor">Learns every secret that is read.</param>
public sealed class Notifiers(Func<string, string?> variable, Func<string, string?> readFile, Redactor redactor, TimeProvider time)
{
    /// <summary>The sinks for a run in an environment. One whose secret is missing is left out, because no run fails by it.</summary>
    /// <param name="verb">As it was typed.</param>
    /// <param name="caller">Who runs the runner; in a workflow of GitHub it is the user who started that.</param>
    /// <param name="warn">Gets a line for each that is left out.</param>
    public IReadOnlyList<IEventSink> For(
        DeploymentManifest manifest, EnvironmentSpec environment, string verb, string caller, Action<string> warn)
    {
        var actor = variable("GITHUB_ACTOR") is { Length: > 0 } user ? user : caller;
        var facts = new RunFacts(manifest.Project, environment.Name, verb, actor, new(environment.Url, Run()));
        var log = new ChangeLog(new LocalExecutor(time), manifest.Root);
        var sinks = new List<IEventSink>();
        foreach (var spec in manifest.Notify.Where(spec => spec.Environments.Count == 0 || spec.Environments.Contains(environment.Name)))
        {
            var missing = spec.Secrets.Where(secret => Read(secret) is null).ToList();
            foreach (var secret in missing) warn(secret.Missing);
            if (missing.Count == 0 && Sender(spec, warn) is { } sender)
                sinks.Add(new NotificationSink(sender, new Collector(facts, log.ReadAsync, redactor, time), spec.On, redactor));
        }

        return sinks;
    }

    private ISender? Sender(NotifySpec spec, Action<string> warn)
    {
        var tries = new Tries(time);
        var post = new JsonPost(tries, time);
        return spec switch
        {
            WebhookSpec hook => (hook.Address ?? Address(hook.AddressFrom!, warn)) is { } address
                ? new WebhookSender(address, Read(hook.Key)!, post, time)
                : null,
            SlackSpec slack => Address(slack.Address, warn) is { } address ? new SlackSender(address, post) : null,
            MailSpec mail => new MailSender(mail, mail.Password is null ? null : Read(mail.Password), tries),
            GitHubSpec gitHub => new GitHubSender(gitHub, Read(gitHub.Token)!, tries, time),
            _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.GetType().Name, "no such notification"),
        };
    }

    private Uri? Address(SecretName from, Action<string> warn)
    {
        if (Uri.TryCreate(Read(from), UriKind.Absolute, out var address) && address.Scheme is "https" or "http") return address;
        warn($"{from.Place}: {from.Variable} holds no http(s) address, so this notification is not sent (correct it)");
        return null;
    }

    private string? Read(SecretName name)
    {
        var secret = name.Read(variable, readFile);
        if (secret is not null) redactor.Learn(secret);
        return secret;
    }

    /// <summary>The workflow run of GitHub that the runner runs in.</summary>
    private Uri? Run()
    {
        var (server, repository, id) = (variable("GITHUB_SERVER_URL"), variable("GITHUB_REPOSITORY"), variable("GITHUB_RUN_ID"));
        return id is { Length: > 0 } && Uri.TryCreate($"{server}/{repository}/actions/runs/{id}", UriKind.Absolute, out var run)
            ? run
            : null;
    }
}
