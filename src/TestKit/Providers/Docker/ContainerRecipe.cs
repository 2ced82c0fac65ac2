using System.Globalization;
using Docker.DotNet.Models;

namespace ChainBridge.TestKit.Providers.Docker;

/// <summary>What a server's container is made of.</summary>
/// <param name="ImageVariable">The variable that names another image.</param>
/// <param name="DataFolder">Kept in memory, so that no volume is made for it.</param>
/// <param name="Program">What images run, with <paramref name="Command"/> for its last options.</param>
/// <param name="QuickStart">
/// A shell script in place of the image's own start, for images that start the way the public ones do; it gets <paramref name="Command"/>.
/// </param>
internal sealed record ContainerRecipe(string Image, string ImageVariable, int Port, string DataFolder, IReadOnlyList<string> Variables,
    string Program, IReadOnlyList<string> Command, string? QuickStart = null)
{
    /// <summary>The start of the public images.</summary>
    public const string UsualEntrypoint = "docker-entrypoint.sh";

    /// <summary>
    /// The image's own start runs a server once just to set the database up, which takes as long as all the rest. Where
    /// there is nothing to set up but a password, initdb does that. An image with scripts of its own starts its own way.
    /// </summary>
    private const string PostgresQuickStart = $$$"""
        [ "${1##*/}" != postgres ] || shift
        if [ "$(id -u)" != 0 ] || [ -n "$(ls -A /docker-entrypoint-initdb.d 2>/dev/null)" ] ||
          ! command -v initdb >/dev/null || ! command -v gosu >/dev/null
        then exec {{{UsualEntrypoint}}} postgres "$@"; fi
        set -e
        umask 077
        printf '%s' "$POSTGRES_PASSWORD" >/tmp/password
        chown postgres /tmp/password "$PGDATA"
        chmod 700 "$PGDATA"
        gosu postgres initdb $POSTGRES_INITDB_ARGS --no-sync --username=postgres --pwfile=/tmp/password \
          --auth-local=trust --auth-host=scram-sha-256 --wal-segsize=4 --encoding=UTF8 \
          --locale="${LC_ALL:-${LANG:-C.UTF-8}}" -D "$PGDATA" >/dev/null
        rm /tmp/password
        echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
        exec gosu postgres postgres -D "$PGDATA" "$@" -c 'listen_addresses=*' -c unix_socket_directories=/tmp -c port=5432
        """;

    public static ContainerRecipe Postgres(string image, string password) =>
        new(image, "CHAINBRIDGE_POSTGRES_IMAGE", 5432, "/var/lib/postgresql/data",
            ["POSTGRES_USER=postgres", "POSTGRES_DB=postgres", $"POSTGRES_PASSWORD={password}", "PGDATA=/var/lib/postgresql/data"],
            "postgres", [.. new[] { "fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off",
                "max_connections=300" }.SelectMany(setting => new[] { "-c", setting })], PostgresQuickStart);

    public static ContainerRecipe Redis(string image, int databases) => new(image, "CHAINBRIDGE_REDIS_IMAGE", 6379, "/data", [],
        "redis-server", ["--databases", databases.ToString(CultureInfo.InvariantCulture), "--save", ""]);

    /// <summary>
    /// The image's own settings, then ours, of which the last one counts. An image that runs something else,
    /// e.g. a shell, gets ours only.
    /// </summary>
    public IReadOnlyList<string> CommandAfter(ServerImage image) =>
        image.Command is [var first, ..] && (first.Split('/')[^1] == Program || first.StartsWith('-')
            || first.EndsWith(".conf", StringComparison.Ordinal)) ? [.. image.Command, .. Command] : Command;

    /// <summary>The parameters that the engine creates the container with.</summary>
    /// <param name="address">Where the port is published: loopback, unless the engine is elsewhere.</param>
    public CreateContainerParameters Parameters(IDictionary<string, string> labels, string address, ServerImage image)
    {
        var parameters = new CreateContainerParameters
        {
            Image = Image, Env = [.. Variables], Cmd = [.. CommandAfter(image)], Labels = labels,
            ExposedPorts = new Dictionary<string, EmptyStruct> { [$"{Port}/tcp"] = default },
            HostConfig = new HostConfig
            {
                PortBindings =
                    new Dictionary<string, IList<PortBinding>> { [$"{Port}/tcp"] = [new PortBinding { HostIP = address, HostPort = "0" }] },
                Tmpfs = new Dictionary<string, string> { [DataFolder] = "rw,mode=1777" },
            },
        };
        if (QuickStart is not null && image.Entrypoint is [UsualEntrypoint]) parameters.Entrypoint = ["/bin/sh", "-c", QuickStart, "sh"];
        return parameters;
    }
}
