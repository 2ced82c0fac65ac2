using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;

namespace ChainBridge.Engine.Drafts;

/// <summary>A first manifest for a repository that has a compose file.</summary>
/// <param name="Manifest">Its text.</param>
/// <param name="Compose">
/// The text of a second compose file that extends the first one where that has what is for development only; null when it has nothing so.
/// </param>
/// <param name="Notes">What was guessed and what is left out, a line each.</param>
public sealed record Draft(string Manifest, string? Compose, IReadOnlyList<string> Notes)
{
    /// <summary>The name of that second compose file.</summary>
    public const string ComposeName = "docker-compose.deploy.yml";

    /// <summary>Where compose files are looked for, as Compose does.</summary>
    public static IReadOnlyList<string> Names { get; } = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

    /// <summary>The compose file of a folder.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Usage"/>: there is none.</exception>
    public static string Find(string folder) => Names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
        ?? throw new EngineException(Failure.Usage, $"there is no compose file in {folder}: looked for {string.Join(", ", Names)}",
            "name it: deployrunner init --compose FILE; a repository without one writes its manifest by docs/manifest.md");

    /// <summary>Reads the compose file and guesses the rest.</summary>
    /// <param name="composeFile">Full path.</param>
    /// <param name="folder">Where the manifest will stand.</param>
    /// <param name="schema">The address of the manifest's schema, for editors.</param>
    /// <param name="environment">Returns an environment variable, or null when it is not set.</param>
    /// <exception cref="EngineException"><see cref="Failure.Usage"/> with every problem: it cannot be read, or has no service to deploy.
    /// </exception>
    public static Draft Of(string composeFile, string folder, string schema, Func<string, string?> environment)
    {
        var text = new ComposeText(composeFile, new Dictionary<string, string>(), environment);
        var model = new ComposeReader(text).Read(composeFile)
            ?? throw new EngineException(Failure.Usage, $"the compose file cannot be read:\n{string.Join('\n', text.Problems)}",
                "correct it; docker compose config shows the same");
        var guesses = Guess.All([.. model.Services.Where(service => !text.IsExtended(service.Key) || IsRunnable(service.Value))
            .Select(service => new ServiceFacts(service.Key, service.Value, text.FileOf(service.Value),
                ComposeModel.Text(service.Value, "image") ?? ""))]);
        if (!guesses.Any(guess => guess.Role is Role.Door or Role.Inner or Role.Worker))
            throw new EngineException(Failure.Usage, $"{composeFile}: no service of it could be a release's: all are servers or tools",
                "build your own services in it, then try again");
        var leftOut = guesses.Where(guess => guess.Role == Role.LeftOut).Select(guess => guess.Facts.Name).ToHashSet();
        var cuts = guesses.Where(guess => guess.Role != Role.LeftOut)
            .ToDictionary(guess => guess.Facts.Name, guess => Cuts.Of(guess, leftOut), StringComparer.Ordinal);
        var shown = Path.GetRelativePath(folder, composeFile);
        var tools = guesses.Any(guess => guess is { Role: Role.LeftOut, Facts.Profiles.Count: 0 });
        var second = tools || cuts.Values.Any(cut => cut.Lines.Count > 0)
            ? DraftCompose.Write(composeFile, folder, guesses, cuts)
            : null;
        return new(DraftManifest.Write(guesses, shown, second is null ? shown : ComposeName, folder, schema, environment), second,
            [.. Guesses(guesses), .. LeftOut(guesses, cuts), .. Ignored(guesses, folder)]);
    }

    /// <summary>A service that is only there for others to extend has neither image nor build of its own.</summary>
    private static bool IsRunnable(YamlMap service) => ComposeModel.Value(service, "build") is not null
        || ComposeModel.Value(service, "image") is not null;

    private static IEnumerable<string> Guesses(IEnumerable<Guessed> guesses) =>
        guesses.Where(guess => guess.Role != Role.LeftOut).Select(guess => $"{guess.Facts.Name}: {guess.Role switch
        {
            Role.Accessory => "an accessory, shared by releases",
            Role.Door => "a public door",
            Role.Worker => "a worker",
            Role.Job => "runs once per release",
            _ => "in each release",
        }} ({guess.Why})");

    private static IEnumerable<string> LeftOut(IReadOnlyList<Guessed> guesses, IReadOnlyDictionary<string, Cuts> cuts) =>
        guesses.Where(guess => guess.Role == Role.LeftOut).Select(guess => $"left out: {guess.Facts.Name} ({guess.Why})")
            .Concat(cuts.Values.SelectMany(cut => cut.LeftOut).Select(part => $"left out of {part}"));

    /// <summary>
    /// What the runner keeps beside the manifest would come into an image that is built of that folder, and change it each time.
    /// </summary>
    private static IEnumerable<string> Ignored(IEnumerable<Guessed> guesses, string folder) => guesses
        .Where(guess => guess.Role != Role.LeftOut).Select(guess => guess.Facts.Context).OfType<string>().Distinct()
        .Where(context => Path.GetRelativePath(context, folder) is var below && !below.StartsWith("..", StringComparison.Ordinal)
            && !DockerIgnore.Read(context).Ignores(Path.Combine(below == "." ? "" : below, ".chainbridge", "file")))
        .Select(context => $"add **/.chainbridge to {Path.GetRelativePath(folder, Path.Combine(context, ".dockerignore"))}: "
            + "the runner keeps journal and secrets there, and an image is built of that folder");
}
