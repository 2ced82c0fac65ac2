namespace ChainBridge.Engine.Manifest;

/// <summary>Commands of the team around the parts of a run.</summary>
internal static class HookReader
{
    public static IReadOnlyList<HookSpec> Hooks(Section root, Problems problems) =>
        [.. root.Items("hooks").Select(hook => Hook(hook, problems))];

    private static HookSpec Hook(Section section, Problems problems)
    {
        var before = section.Has("before");
        if (before == section.Has("after"))
            problems.Add(section.At, before ? "this hook is for before and after" : "this hook does not say when it is run",
                "write one of before: and after:, e.g. - { after: promote, run: [./announce.sh] }");
        var earlier = section.Choice("before", HookPoint.Preflight, except: HookPoint.Failure);
        var later = section.Choice("after", HookPoint.Preflight);
        var run = section.Texts("run", required: true) ?? [];
        if (section.Place("run") is YamlList && run is [] or ["", ..])
            problems.Add(section.Place("run"), "the hook names no program", "name the program and its arguments: [./announce.sh, staging]");
        var spec = new HookSpec(section.Text("name", run.Count > 0 ? run[0] : "hook")!, before, before ? earlier : later, run,
            section.Wait("timeout", TimeSpan.FromSeconds(60)));
        section.Close();
        return spec;
    }
}
