using Microsoft.Extensions.Configuration;
using Npgsql;
using StackExchange.Redis;

namespace ChainBridge.Samples.ServiceDefaults;

/// <summary>Connection settings from configuration: <c>Postgres__Host</c> … and <c>Redis__Host</c> ….</summary>
public static class Stores
{
    /// <summary>Host, Port, Username, Password (or PasswordFile), Database; <paramref name="database"/> is the default name.</summary>
    public static string PostgresConnectionString(IConfiguration configuration, string database)
    {
        var section = configuration.GetSection("Postgres");
        var password = section["PasswordFile"] is { Length: > 0 } file ? File.ReadAllText(file).Trim() : section["Password"];
        return new NpgsqlConnectionStringBuilder
        {
            Host = section["Host"] ?? "127.0.0.1",
            Port = section.GetValue("Port", 5432),
            Username = section["Username"] ?? "postgres",
            Password = password,
            Database = section["Database"] ?? database,
            Timeout = 5,
            CommandTimeout = 10,
            MaxPoolSize = 30,
        }.ConnectionString;
    }

    /// <summary>Host, Port, Database (number), User, Password. Connects in the background and again after a loss.</summary>
    public static ConfigurationOptions RedisOptions(IConfiguration configuration)
    {
        var section = configuration.GetSection("Redis");
        return new ConfigurationOptions
        {
            EndPoints = { { section["Host"] ?? "127.0.0.1", section.GetValue("Port", 6379) } },
            DefaultDatabase = section.GetValue("Database", 0),
            User = section["User"],
            Password = section["Password"],
            AbortOnConnectFail = false,
            ConnectTimeout = 2000,
            AsyncTimeout = 1000,
            SyncTimeout = 1000,
        };
    }
}
