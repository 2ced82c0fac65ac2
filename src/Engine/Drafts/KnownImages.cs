namespace ChainBridge.Engine.Drafts;

/// <summary>What an image is known to be, by the last part of its name.</summary>
internal static class KnownImages
{
    /// <summary>Servers that keep data or carry messages: shared by releases.</summary>
    private static readonly string[] Accessories =
    [
        "postgres", "postgis", "pgvector", "timescaledb", "cockroach", "mysql", "mariadb", "percona", "mssql", "mongo", "redis", "valkey",
        "keydb", "dragonfly", "memcached", "rabbitmq", "kafka", "redpanda", "zookeeper", "nats", "mosquitto", "emqx", "activemq", "pulsar",
        "elasticsearch", "opensearch", "meilisearch", "typesense", "solr", "clickhouse", "influxdb", "cassandra", "scylla", "minio", "etcd",
        "consul", "vault", "qdrant", "neo4j", "couchdb", "rethinkdb",
    ];

    /// <summary>Those that workers take their work from.</summary>
    private static readonly string[] Brokers =
    [
        "redis", "valkey", "keydb", "dragonfly", "rabbitmq", "kafka", "redpanda", "nats", "mosquitto", "emqx", "activemq", "pulsar",
    ];

    /// <summary>What people look into a stack with while they develop.</summary>
    private static readonly string[] Tools =
    [
        "adminer", "pgadmin", "pgweb", "phpmyadmin", "mongo-express", "redis-commander", "redisinsight", "rediscommander", "mailhog",
        "mailpit", "maildev", "mailcatcher", "portainer", "dozzle", "kafka-ui", "kafdrop", "swagger-ui", "localstack", "ngrok",
        "watchtower", "flower", "dbgate", "cloudbeaver", "smtp4dev", "livereload",
    ];

    /// <summary>Ports of debuggers and of reloading browsers.</summary>
    private static readonly int[] Debuggers = [1044, 2345, 4711, 5005, 5678, 5858, 9003, 9229, 9230, 24678, 35729, 40000];

    public static bool IsTool(string image) => Tools.Any(name => Name(image).Contains(name, StringComparison.Ordinal));

    public static bool IsAccessory(string image) => Accessories.Any(name => Named(image, name));

    public static bool IsBroker(string image) => Brokers.Any(name => Named(image, name));

    public static bool IsDebugger(int port) => Debuggers.Contains(port);

    /// <summary><c>postgres</c> of <c>docker.io/library/postgres:15@sha256:…</c>.</summary>
    public static string Name(string image)
    {
        var last = image.Split('@')[0].Split('/')[^1];
        return last.Split(':')[0].ToLowerInvariant();
    }

    private static bool Named(string image, string name) =>
        Name(image) is var last && (last == name || last.StartsWith(name, StringComparison.Ordinal)
            || last.EndsWith($"-{name}", StringComparison.Ordinal)) && !IsTool(image);
}
