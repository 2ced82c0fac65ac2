namespace ChainBridge.Engine.Manifest;

/// <summary>The section <c>preflight</c>, of the manifest or of one environment.</summary>
internal static class PreflightReader
{
    private const string GitHubApi = "https://api.github.com";

    /// <param name="fallback">Has the values of the keys that are not there.</param>
    public static PreflightSpec Read(Section? section, PreflightSpec fallback, Problems problems)
    {
        if (section is null) return fallback;
        var spec = fallback with
        {
            Configured = true,
            Branches = section.TextOrTexts("branch") ?? fallback.Branches,
            GitHub = section.Child("github") is { } github ? GitHub(github, problems) : fallback.GitHub,
            Disk = section.Size("disk", fallback.Disk),
            Memory = section.OptionalSize("memory") ?? fallback.Memory,
            Clock = section.Duration("clock", fallback.Clock),
        };
        section.Close();
        return spec;
    }

    private static GitHubChecks GitHub(Section section, Problems problems)
    {
        var repository = section.Text("repository", required: true) ?? "";
        if (repository.Split('/') is not [{ Length: > 0 } owner, { Length: > 0 } name])
        {
            (owner, name) = ("", "");
            if (repository.Length > 0)
                problems.Add(section.Place("repository"), $"'{repository}' is no repository of GitHub", "write owner/name");
        }

        var api = section.Text("api", GitHubApi)!;
        // The routes are relative to it, and the last part of an address without a slash at its end would be replaced.
        if (!Uri.TryCreate($"{api.TrimEnd('/')}/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            problems.Add(section.Place("api"), $"'{api}' is no http address",
                $"write {GitHubApi}, or of a GitHub Enterprise Server https://HOST/api/v3");
            address = new(GitHubApi);
        }

        var spec = new GitHubChecks(owner, name, address, section.Secret("token")?.Variable, section.Texts("checks") ?? [],
            section.Text("blockingLabel"));
        section.Close();
        return spec;
    }
}
