using System.Globalization;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Secrets;

namespace ChainBridge.Engine.Notifications;

/// <summary>A notification in words. Texts from elsewhere are in it as they may reach a terminal.</summary>
internal static class NotificationText
{
    /// <summary>What happened where, in one line.</summary>
    public static string Headline(Notification run) => Shown.OnOneLine($"{run.Environment}: " + run.Verdict switch
    {
        null => $"{run.Verb} of {run.Version} is under way",
        RunEnd.Deployed => $"{run.Version} is deployed",
        RunEnd.RolledBack when run.ExitCode is 0 or Notification.Interrupted => $"rolled back to {run.Version}",
        RunEnd.RolledBack => $"{run.Version} failed and was rolled back",
        RunEnd.Waiting => $"{run.Version} waits for promote or abort",
        RunEnd.Aborted => $"{run.Version} was aborted",
        RunEnd.Interrupted => $"{run.Verb} was interrupted",
        RunEnd.Settled => "what a dead runner left is put in order",
        _ => $"{run.Verb}{(run.Version is null ? "" : $" of {run.Version}")} failed (exit {run.ExitCode})",
    });

    /// <summary>What happened and what to do.</summary>
    public static IEnumerable<string> Story(Notification run) =>
        [.. Shown.Lines(run.Summary), .. run.Next is { } next ? Shown.Lines($"next: {next}") : []];

    /// <summary>Limits that were passed and what went wrong on the side; empty when all went well.</summary>
    public static IEnumerable<string> Alarms(Notification run) =>
        [.. run.Alerts.SelectMany(alert => Shown.Lines($"ALERT {alert.Name}: {alert.Text}")),
            .. run.Warnings.SelectMany(warning => Shown.Lines($"warning: {warning}"))];

    /// <summary>What changed, with a heading; empty when no release was before.</summary>
    public static IEnumerable<string> Changes(Notification run)
    {
        if (run.Changes is not { } changes) return [];
        var heading = changes.TakenBack ? $"taken back, with {changes.Since}" : $"changed since {changes.Since}";
        if (changes.Unknown is { } why) return [$"{heading}: not known, {why}"];
        if (changes.Commits.Count == 0) return [$"{heading}: no commit"];
        return [$"{heading}:", .. changes.Commits.Select(commit => $"  {Shown.OnOneLine(commit)}"),
            .. changes.More ? ["  … and more"] : Array.Empty<string>()];
    }

    /// <summary>The short id of the commit; null before there is one.</summary>
    public static string? Commit(Notification run) => run.Commit is { } commit ? commit[..Math.Min(12, commit.Length)] : null;

    /// <summary>Seconds, as people read them.</summary>
    public static string Seconds(double milliseconds) => (milliseconds / 1000).ToString("0.0", CultureInfo.InvariantCulture) + " s";

    /// <summary>A step: <c>smoke public</c>, <c>migrate chainpay</c>.</summary>
    public static string Step(StepTime step) => string.Join(' ', new[]
    {
        string.Concat(step.Step.ToString().Select((letter, index) =>
            index > 0 && char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}")),
        step.Slot?.ToString().ToLowerInvariant(), step.Service,
    }.OfType<string>());
}
