using System.Net;
using ChainBridge.TestKit.Providers.Shared;
using Npgsql;
using StackExchange.Redis;

namespace ChainBridge.TestKit.Providers.External;

/// <summary>Servers that already run, such as a CI job's service containers. Only what this run made there is touched.</summary>
internal sealed class ExternalProvider(ExternalSettings settings, TextWriter log, TimeProvider time) : IServerProvider
{
    /// <summary>
    /// A server that is not there is known sooner: connecting is given up after 10 s. One that many runs come to at once may take long.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public string Name => "external";

    /// <inheritdoc/>
    public async Task<PostgresServer> StartPostgresAsync(CancellationToken cancellationToken)
    {
        var wanted = settings.Postgres;
        var found = new PostgresServer(wanted.Host!, wanted.Port, wanted.Username ?? "", wanted.Password ?? "", Nothing.Owner)
        {
            HomeDatabase = wanted.Database is { Length: > 0 } database ? database : "postgres", Further = wanted.ConnectionString,
            TemplatePrefix = RunName.TemplatesOf(wanted.Username ?? ""), SharesTemplates = true,
        };
        return await WithinAsync("CHAINBRIDGE_POSTGRES", found.ToString(), stop => PostgresTenancy.EnterAsync(found, log, time, stop),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<RedisServer> StartRedisAsync(CancellationToken cancellationToken)
    {
        var (host, port) = settings.Redis.EndPoints[0] switch
        {
            DnsEndPoint name => (name.Host, name.Port),
            IPEndPoint address => (address.Address.ToString(), address.Port),
            var other => throw new ProviderException($"CHAINBRIDGE_REDIS names {other}, which is neither a host nor an address"),
        };
        var text = settings.Redis.ToString(includePassword: true);
        var found = new RedisServer(host, port, 0, Nothing.Owner)
        {
            Further = text.Contains(',', StringComparison.Ordinal) ? text[text.IndexOf(',', StringComparison.Ordinal)..] : ""
        };
        return await WithinAsync("CHAINBRIDGE_REDIS", found.ToString(),
            stop => RedisTenancy.EnterAsync(found, settings.Redis.DefaultDatabase ?? 0, log, time, stop), cancellationToken);
    }

    private static async Task<T> WithinAsync<T>(
        string variable, string what, Func<CancellationToken, Task<T>> enter, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            return await enter(deadline.Token).WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ProviderException(
                $"{what} did not answer within {Patience.TotalSeconds} s. Is it up, and does {variable} name the right host and port?");
        }
        catch (PostgresException refused)
        {
            throw new ProviderException(
                $"{what} refuses us ({refused.SqlState}: {refused.MessageText}). Check user, password and database in {variable}");
        }
        catch (Exception failure)
            when (failure is NpgsqlException or RedisException or System.Net.Sockets.SocketException or TimeoutException)
        {
            throw new ProviderException(
                $"{what} cannot be used: {Reason(failure)}. Is it up, and does {variable} name the right host, port and password?");
        }
    }

    /// <summary>The innermost message has the reason; StackExchange.Redis' outermost one has everything else.</summary>
    private static string Reason(Exception failure)
    {
        var innermost = failure;
        while (innermost.InnerException is { } inner) innermost = inner;
        var refused = failure.Message.Contains("WRONGPASS", StringComparison.Ordinal) || failure.Message.Contains("NOAUTH",
            StringComparison.Ordinal) || failure.Message.Contains("AuthenticationFailure", StringComparison.Ordinal);
        return refused ? "the password is refused" : innermost.Message;
    }
}
