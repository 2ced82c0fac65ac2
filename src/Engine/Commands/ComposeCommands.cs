namespace ChainBridge.Engine.Commands;

/// <summary>What is asked of <c>docker compose</c>, as argument lists.</summary>
internal static class ComposeCommands
{
    /// <summary>
    /// What Compose makes of a file, as JSON: everything that anchors, extends, include, env_file and variables bring is in it.
    /// </summary>
    /// <param name="folder">Where relative paths begin; null for the file's own folder.</param>
    /// <param name="variables">Filled into the file beside those of the environment.</param>
    public static Command Config(string project, string file, string? folder, IReadOnlyDictionary<string, string> variables) =>
        Run(project, [.. folder is null ? Array.Empty<string>() : ["--project-directory", folder], "--file", file, "--profile", "*",
            "config", "--format",
            "json"]) with { Asks = true, Variables = DockerCommands.Values(variables), Timeout = TimeSpan.FromMinutes(2) };

    /// <summary>Builds these services into the engine's own store, as Compose builds them.</summary>
    /// <param name="folder">Where the variables that the file still has begin, e.g. in <c>.env</c>.</param>
    public static Command Build(string project, string folder, string file, IEnumerable<string> services, bool noCache) =>
        Command.Of("docker", ["compose", "--project-name", project, "--project-directory", folder, "--file", file, "--progress", "plain",
            "build", .. noCache ? ["--no-cache"] : Array.Empty<string>(), .. services])
            with
            {
                // An attestation with the time of the build would give each build of the same files another id.
                Variables = new Dictionary<string, string?> { ["BUILDX_NO_DEFAULT_ATTESTATIONS"] = "1" },
                Timeout = TimeSpan.FromMinutes(30),
            };

    /// <summary>Makes the containers of these services, and starts none: networks are joined in between.</summary>
    /// <param name="variables">Filled into the files by compose; secrets travel here.</param>
    public static Command Create(string project, string folder, IEnumerable<string> files, IEnumerable<string> services,
        IReadOnlyDictionary<string, string> variables) =>
        Run(project, ["--project-directory", folder, .. Files(files), "create", "--no-build", "--pull", "never", "--force-recreate",
            .. services]) with { Variables = DockerCommands.Values(variables) };

    /// <summary>Starts what does not run and leaves alone what does; done when all are healthy.</summary>
    public static Command Up(string project, IEnumerable<string> files, TimeSpan patience, IReadOnlyDictionary<string, string> variables) =>
        Run(project,
        [
            .. Files(files), "up", "--detach", "--no-build", "--no-recreate", "--pull", "never", "--wait", "--wait-timeout",
            DockerCommands.Seconds(patience)
        ]) with { Variables = DockerCommands.Values(variables), Timeout = patience + TimeSpan.FromSeconds(30) };

    /// <summary>Removes the project's containers and networks, found by their labels.</summary>
    public static Command Down(string project, bool volumes, TimeSpan grace) =>
        Run(project, ["down", "--timeout", DockerCommands.Seconds(grace), .. volumes ? ["--volumes"] : Array.Empty<string>()])
            with { Timeout = grace + TimeSpan.FromSeconds(60) };

    private static IEnumerable<string> Files(IEnumerable<string> files) => files.SelectMany(file => new[] { "--file", file });

    private static Command Run(string project, IEnumerable<string> arguments) =>
        Command.Of("docker", ["compose", "--project-name", project, .. arguments]);
}
