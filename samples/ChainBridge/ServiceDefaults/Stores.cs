using Microsoft.Extensions.Configuration;
using Npgsql;
using StackExchange.Redis;

namespace ChainBridge.Samples.ServiceDefaults;

/// <summary>
/// Connection settings from configuration: <c>Postgres__Host</c> …, and <c>Redis__Host</c> … or <c>Redis__ConnectionString</c>. What is
/// secret comes from the environment or a file, never from the command line.
/// </summary>
public static class Stores
{
    /// <summary>Host, Port, Username, Password (or PasswordFile), Database; <paramref name="database"/> is the default name.</summary>
    public static string PostgresConnectionString(IConfiguration configuration, string database)
    {
        var section = configuration.GetSection("Postgres");
        return new NpgsqlConnectionStringBuilder
        {
            Host = section["Host"] ?? "127.0.0.1",
            Port = section.GetValue("Port", 5432),
            Username = section["Username"] ?? "postgres",
            Password = Secret(section, "Password"),
            Database = section["Database"] ?? database,
            Timeout = 15,
            CommandTimeout = 10,
            MaxPoolSize = 30,
        }.ConnectionString;
    }

    /// <summary>
    /// ConnectionString (or ConnectionStringFile) as StackExchange.Redis reads it, with user, password and number; else Host,
    /// Port, Database (number), User, Password (or PasswordFile). Connects in the background and again after a loss.
    /// </summary>
    /// <param name="service">What the server calls the connection.</param>
    public static ConfigurationOptions RedisOptions(IConfiguration configuration, string service)
    {
        var section = configuration.GetSection("Redis");
        var options = Secret(section, "ConnectionString") is { Length: > 0 } whole
            ? ConfigurationOptions.Parse(whole)
            : new ConfigurationOptions
            {
                EndPoints = { { section["Host"] ?? "127.0.0.1", section.GetValue("Port", 6379) } },
                DefaultDatabase = section.GetValue("Database", 0),
                User = section["User"],
                Password = Secret(section, "Password"),
            };
        (options.ClientName, options.AbortOnConnectFail, options.ConnectTimeout, options.AsyncTimeout, options.SyncTimeout) =
            (service, false, 2000, 1000, 1000);
        return options;
    }

    /// <summary>The content of the file that <c>…File</c> names, else the value itself.</summary>
    private static string? Secret(IConfigurationSection section, string name) =>
        section[name + "File"] is { Length: > 0 } file ? File.ReadAllText(file).Trim() : section[name];
}
