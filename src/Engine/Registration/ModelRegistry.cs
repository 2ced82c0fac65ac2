using System.Text;
using System.Text.Json.Nodes;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Notifications;

namespace ChainBridge.Engine.Registration;

/// <summary>
/// Registers the models of a release. A model is put under its name with everything that is known of it, so that doing it again changes
/// nothing.
/// </summary>
public sealed class ModelRegistry
{
    private readonly ModelsSpec _models;
    private readonly string _root;
    private readonly Func<SecretName, string?> _token;
    private readonly IExecutor _git;
    private readonly JsonPost _put;
    private readonly TimeProvider _time;

    /// <param name="root">The manifest's folder.</param>
    /// <param name="token">Returns the secret of this name; null where it is missing.</param>
    public ModelRegistry(ModelsSpec models, string root, Func<SecretName, string?> token, TimeProvider time)
        : this(models, root, token, new LocalExecutor(time), new Tries(time), time)
    {
    }

    internal ModelRegistry(
        ModelsSpec models, string root, Func<SecretName, string?> token, IExecutor git, Tries tries, TimeProvider time) =>
        (_models, _root, _token, _git, _put, _time) = (models, root, token, git, new(tries, time), time);

    /// <summary>What a plan prints: a line for each model.</summary>
    internal async Task<IReadOnlyList<string>> PlannedAsync(CancellationToken cancellationToken) =>
        [.. (await FilesAsync(cancellationToken)).Select(model => $"PUT {AddressOf(model)} ({model.Path})")];

    /// <summary>Registers each; one that is wrong keeps the others from nothing.</summary>
    internal async Task<GateResult> RegisterAsync(Release release, string environment, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        var evidence = new List<Evidence>();
        string? token = null;
        if (_models.Token is { } name && (token = _token(name)) is null)
            evidence.Add(Say("the token", $"{name.Place}: neither {name.Variable} nor {name.Variable}_FILE is set", Verdict.Fail));
        var models = evidence.Count > 0 ? [] : await FilesAsync(cancellationToken);
        foreach (var twice in models.GroupBy(model => model.Name).Where(same => same.Count() > 1))
            evidence.Add(Say(twice.Key, $"two files have this name: {string.Join(", ", twice.Select(model => model.Path))}", Verdict.Fail));
        if (evidence.Count == 0)
            foreach (var model in models)
            {
                evidence.Add(await OneAsync(model, release, environment, token, cancellationToken));
                // A registry that does not answer for one does not for the next: the candidate has the traffic meanwhile.
                if (evidence[^1].Verdict == Verdict.Inconclusive) break;
            }

        if (evidence.Count == 0)
            evidence.Add(Say($"*{ModelFile.Ending} in {_models.Folder}", "git knows no such file there", Verdict.Fail));
        var worst = evidence.FirstOrDefault(piece => piece.Verdict == Verdict.Fail)
            ?? evidence.FirstOrDefault(piece => piece.Verdict == Verdict.Inconclusive);
        return worst is null
            ? new("models", Verdict.Pass, $"{Plural.Of(evidence.Count, "model")} registered", evidence, null, _time.GetElapsedTime(began))
            : new("models", worst.Verdict, $"{worst.Asked}: {worst.Answered}", evidence, null, _time.GetElapsedTime(began));
    }

    private async Task<Evidence> OneAsync(
        ModelFile model, Release release, string environment, string? token, CancellationToken cancellationToken)
    {
        if (model.Problem is { } problem) return Say(model.Path, problem, Verdict.Fail);
        var body = new JsonObject
        {
            ["name"] = model.Name, ["version"] = release.Version, ["commit"] = release.Commit, ["environment"] = environment,
            ["sha256"] = model.Sha256, ["signature"] = model.Signature is { } signature ? JsonObject.Create(signature) : null,
        };
        IEnumerable<(string, string)> headers = token is null ? [] : [("Authorization", $"Bearer {token}")];
        var asked = $"PUT {AddressOf(model)}";
        try
        {
            await _put.SendAsync(AddressOf(model), Encoding.UTF8.GetBytes(body.ToJsonString()),
                [.. headers, ("Idempotency-Key", $"{environment}-{release.Version}-{model.Sha256}")], cancellationToken, HttpMethod.Put);
            return Say(asked, $"registered {model.Path}", Verdict.Pass);
        }
        catch (DeliveryException refused)
        {
            // What may help another time was not answered; anything else was.
            var open = refused.InnerException is DeliveryException { Again: true };
            return Say(asked, refused.Message, open ? Verdict.Inconclusive : Verdict.Fail);
        }
    }

    private async Task<IReadOnlyList<ModelFile>> FilesAsync(CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(_models.Folder, _root);
        if (!Directory.Exists(folder)) return [];
        var listed = (await _git.RunAsync(GitCommands.Files(folder), null, cancellationToken))
            .MustSucceed(Failure.Refused, "run inside a git clone").Output;
        return [.. listed.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Where(path => path.EndsWith(ModelFile.Ending, StringComparison.Ordinal) && File.Exists(Path.Combine(folder, path)))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(path => ModelFile.Read(folder, path))];
    }

    private Uri AddressOf(ModelFile model) => new($"{_models.Endpoint.AbsoluteUri.TrimEnd('/')}/{Uri.EscapeDataString(model.Name)}");

    private Evidence Say(string asked, string answered, Verdict verdict) => new(asked, answered, verdict, _time.GetUtcNow(), "runner");
}
