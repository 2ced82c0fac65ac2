using System.Net;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using Octokit;
using Octokit.Internal;

namespace ChainBridge.Engine.Checks;

/// <summary>A repository on GitHub that is only asked. A question that met a passing trouble is asked again.</summary>
/// <param name="token">Null to ask without one.</param>
/// <param name="pause">Before the first repetition; it doubles. Default 2 s.</param>
internal sealed class GitHubRepository(GitHubChecks spec, Func<string?> token, TimeProvider time, TimeSpan? pause = null)
{
    /// <summary>For a question and its repetitions.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const int Repetitions = 3;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(8);

    /// <summary>Pages of as many as there can be.</summary>
    public static ApiOptions Pages => new() { PageSize = 100 };

    public string Name => $"{spec.Owner}/{spec.Name}";

    /// <summary>Puts a question, with owner and name of the repository.</summary>
    /// <param name="needs">What the token must be allowed.</param>
    /// <exception cref="EngineException"><see cref="Failure.Inconclusive"/>: it could not be asked, with the reason.</exception>
    public async Task<T> AskAsync<T>(
        Func<IGitHubClient, string, string, Task<T>> question, string needs, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var (client, last) = (Client(), (Exception?)null);
        for (var asked = 1; ; asked++)
        {
            try
            {
                if (asked > 1) await Task.Delay((pause ?? TimeSpan.FromSeconds(2)) * Math.Pow(2, asked - 2), time, linked.Token);
                return await question(client, spec.Owner, spec.Name).WaitAsync(linked.Token);
            }
            catch (Exception passing) when (Passes(passing) && asked <= Repetitions && !linked.IsCancellationRequested)
            {
                last = passing;
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                // When the patience ends, what was answered before says more.
                throw Failed(failure is OperationCanceledException ? last ?? failure : failure, asked, needs);
            }
        }
    }

    private GitHubClient Client()
    {
        var connection = new Connection(new ProductHeaderValue("deployrunner"), spec.Api, new InMemoryCredentialStore(
            token() is { Length: > 0 } given ? new Credentials(given) : Credentials.Anonymous));
        connection.SetRequestTimeout(RequestTimeout);
        return new(connection);
    }

    /// <summary>Whether the same question may get an answer a little later.</summary>
    private static bool Passes(Exception failure) => failure switch
    {
        RateLimitExceededException or SecondaryRateLimitExceededException or AbuseException => true,
        ApiException api => api.StatusCode == HttpStatusCode.TooManyRequests || (int)api.StatusCode >= 500,
        HttpRequestException or IOException or OperationCanceledException => true,
        _ => false,
    };

    private EngineException Failed(Exception failure, int asked, string needs)
    {
        var holder = spec.Token is { } variable ? $"the token in {variable}" : "without a token it";
        var (what, next) = failure switch
        {
            _ when Passes(failure) => ((failure is ApiException { StatusCode: var status } ? $"it answered {(int)status}" : "no answer")
                + $" ({failure.Message}), asked {Plural.Of(asked, "time")}",
                "look at https://www.githubstatus.com and the network, then try again"),
            AuthorizationException => ($"it answered 401: {holder} is not valid", "make a new token, and give it in that variable"),
            ForbiddenException => ($"it answered 403: {holder} may not read this", $"the token needs {needs} for {Name}"),
            NotFoundException => ($"it answered 404: there is no {Name}, or {holder} may not see it",
                $"correct preflight.github.repository; the token needs {needs} for {Name}"),
            ApiException { StatusCode: HttpStatusCode.UnprocessableEntity } => ("it answered 422: it does not know the commit",
                "push the commit, then try again"),
            _ => ($"{failure.GetType().Name}: {failure.Message}", "is preflight.github.api the address of GitHub's API?"),
        };
        return new(Failure.Inconclusive, $"GitHub at {spec.Api} could not be asked about {Name}: {what}", next, failure);
    }
}
