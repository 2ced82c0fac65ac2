using Npgsql;
using StackExchange.Redis;

namespace ChainBridge.TestKit.Providers.External;

/// <summary>
/// Where servers that already run are: <c>CHAINBRIDGE_POSTGRES</c> (for Npgsql) and <c>CHAINBRIDGE_REDIS</c> (for
/// StackExchange.Redis), or the files that <c>CHAINBRIDGE_POSTGRES_FILE</c> and <c>CHAINBRIDGE_REDIS_FILE</c> name.
/// Their values are never shown.
/// </summary>
internal sealed record ExternalSettings(NpgsqlConnectionStringBuilder Postgres, ConfigurationOptions Redis)
{
    private const string PostgresExample = "Host=localhost;Port=5432;Username=postgres;Password=…";
    private const string RedisExample = "localhost:6379,password=…";
    private const string PostgresName = "CHAINBRIDGE_POSTGRES";
    private const string RedisName = "CHAINBRIDGE_REDIS";

    /// <summary>Null when both are there and can be read; otherwise what to do.</summary>
    public static string? Problem(Func<string, string?> variable)
    {
        try
        {
            Read(variable);
            return null;
        }
        catch (ProviderException problem)
        {
            return problem.Message;
        }
    }

    /// <exception cref="ProviderException">One is missing or cannot be read.</exception>
    public static ExternalSettings Read(Func<string, string?> variable)
    {
        if (Text(variable, PostgresName) is null && Text(variable, RedisName) is null)
            throw new ProviderException(
                $"{PostgresName} and {RedisName} are not set: name both servers, e.g. {PostgresName}=\"{PostgresExample}\" "
                    + $"{RedisName}=\"{RedisExample}\", or files with that in {PostgresName}_FILE and {RedisName}_FILE");
        var postgres = Parse(variable, PostgresName, PostgresExample, text => new NpgsqlConnectionStringBuilder(text));
        if (string.IsNullOrEmpty(postgres.Host)) throw new ProviderException($"{PostgresName} names no Host");
        if (postgres.Host.Contains(',', StringComparison.Ordinal))
            throw new ProviderException($"{PostgresName} names several hosts: databases are created on one, so name that one");
        var redis = Parse(variable, RedisName, RedisExample, text => ConfigurationOptions.Parse(text));
        if (redis.EndPoints.Count != 1)
            throw new ProviderException(
                $"{RedisName} names {redis.EndPoints.Count} servers: numbered databases are handed out on one, so name that one");
        return new(postgres, redis);
    }

    private static T Parse<T>(Func<string, string?> variable, string name, string example, Func<string, T> parse)
    {
        var text = Text(variable, name) ?? throw new ProviderException(
            $"{name} is not set: name the server, e.g. {name}=\"{example}\", or a file with that in {name}_FILE");
        try
        {
            return parse(text);
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException or KeyNotFoundException)
        {
            // Not with the reason: it may quote a part of the value, and that part may be the password.
            throw new ProviderException(
                $"{name} is no connection string (its value is not shown: it may hold a password). It looks like this: {example}");
        }
    }

    private static string? Text(Func<string, string?> variable, string name)
    {
        if (variable(name) is { Length: > 0 } text) return text;
        if (variable(name + "_FILE") is not { Length: > 0 } file) return null;
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } content
                ? content
                : throw new ProviderException($"{name}_FILE={file}: the file is empty");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ProviderException($"{name}_FILE={file}: {unreadable.Message}");
        }
    }
}
