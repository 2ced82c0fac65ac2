using ChainBridge.Engine.Events;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Steps;

namespace ChainBridge.Engine.Runs;

/// <summary>Raises each limit of the manifest that this deployment passed, once, at its end.</summary>
internal sealed class Alerts(FlowContext context, DeploymentRun run)
{
    public void Raise()
    {
        var limits = context.Manifest.Alerts;
        if (run.Elapsed > limits.DeploymentLongerThan)
            Alert("deployment-longer-than",
                $"the {run.Verb} took {run.Elapsed.TotalSeconds:0} s; the limit is {limits.DeploymentLongerThan.TotalSeconds:0} s");
        var large = run.Artifacts.Where(artifact => artifact.Value.Bytes > limits.ImageLargerThanBytes).ToList();
        if (large.Count > 0)
            Alert("image-larger-than",
                $"{string.Join(", ", large.Select(artifact => $"{artifact.Key} has {artifact.Value.Bytes / 1_000_000} MB"))}; "
                    + $"the limit is {limits.ImageLargerThanBytes / 1_000_000} MB");
        if (run.LongestSmoke > limits.SmokeLongerThan)
            Alert("smoke-longer-than",
                $"a smoke run took {run.LongestSmoke.TotalSeconds:0} s; the limit is {limits.SmokeLongerThan.TotalSeconds:0} s");
        var (share, count) = run.Journal.History().RolledBackSince(context.Runner.Time.GetUtcNow() - limits.RolledBackWindow);
        if (count >= limits.RolledBackMinimum && share > limits.RolledBackShare)
            Alert("rolled-back-more-than", $"{share:P0} of {Plural.Of(count, "deployment")} in "
                + $"{limits.RolledBackWindow.TotalDays:0.#} days went back; the limit is {limits.RolledBackShare:P0}");
    }

    private void Alert(string name, string text) => context.Runner.Reporter.Report(new Alert(name, text));
}
