using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Secrets;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>What builds work with, whichever way a service says how it is built.</summary>
/// <param name="Host">Where images are built.</param>
/// <param name="Engine">Its engine.</param>
/// <param name="Here">The images of that engine.</param>
/// <param name="There">Those of the engine that runs them; the same where it is the same engine.</param>
/// <param name="Registry">Of the environment; null for none.</param>
internal sealed record BuildParts(IHost Host, DockerEngine Engine, BuiltImages Here, BuiltImages There, Redactor Redactor,
    RegistrySpec? Registry, TimeProvider Time)
{
    /// <summary>What images are built from.</summary>
    public BuildInputs Inputs { get; } = new(Engine, Redactor);

    /// <summary>The images that a build with these options adds to.</summary>
    public BuiltImages Images(BuildxOptions with) => with.Push ? There : Here;

    /// <summary>Tags as the build needs them: those of the registry where it is pushed there.</summary>
    public IReadOnlyList<string> Tags(IReadOnlyList<string> tags, BuildxOptions with) =>
        with.Push ? [.. tags.Select(tag => Registry!.NameOf(tag))] : tags;

    /// <summary>The whole provenance has the values of build arguments in it, for everyone who may read the image.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Refused"/>: one of them is a secret.</exception>
    public void RefusePublished(string service, IReadOnlyDictionary<string, string> arguments, BuildxOptions with)
    {
        if (with.Provenance == "max"
            && arguments.FirstOrDefault(argument => Redactor.IsSecret(argument.Key, argument.Value)) is { Key: { } name })
            throw new EngineException(Failure.Refused,
                $"provenance: max would attach the secret in the build argument {name} to the image of {service}",
                "give it to the build as a secret mount, or write provenance: min");
    }

    /// <summary>Where a build writes what it made.</summary>
    public string MetadataFile(EnvironmentSpec environment, string name)
    {
        var folder = Path.Combine(environment.WorkDirectory, "compose");
        if (!Host.OnlyPlans) Directory.CreateDirectory(folder);
        return Path.Combine(folder, $"build-{name}.metadata.json");
    }

    /// <summary>What was built: known to the engine by its id, or to the registry by its digest there.</summary>
    /// <param name="tag">What the engine that runs it shall know it by.</param>
    public async Task<Artifact> BuiltAsync(
        string service, string tag, string image, BuildxOptions with, BuildMetadata made, CancellationToken cancellationToken)
    {
        if (Host.OnlyPlans) return new(tag, tag, 0) { Remote = with.Push ? Registry!.NameOf(tag) : null };
        if (with.Push && made.Digest is { } pushed) return new(pushed, tag, 0) { Remote = $"{Registry!.NameOf(image)}@{pushed}" };
        foreach (var id in new[] { made.Configuration, made.Digest }.OfType<string>())
            if (!with.Push && await Engine.ImageAsync(id, cancellationToken) is { } built) return new(built.Id, tag, built.Bytes);
        throw new EngineException(Failure.GateFailed,
            $"the build of {service} ended well, and the engine has no image {made.Configuration ?? made.Digest ?? "of it"}",
            "look at the build's output above");
    }
}
