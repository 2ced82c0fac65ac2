using System.Globalization;
using Docker.DotNet.Models;

namespace ChainBridge.TestKit.Providers.Docker;

/// <summary>What a server's container is made of.</summary>
/// <param name="ImageVariable">The variable that names another image.</param>
/// <param name="DataFolder">Kept in memory, so that no volume is made for it.</param>
internal sealed record ContainerRecipe(string Image, string ImageVariable, int Port, string DataFolder, IReadOnlyList<string> Variables, IReadOnlyList<string> Command)
{
    public static ContainerRecipe Postgres(string image, string password) => new(image, "CHAINBRIDGE_POSTGRES_IMAGE", 5432, "/var/lib/postgresql/data",
        ["POSTGRES_USER=postgres", "POSTGRES_DB=postgres", $"POSTGRES_PASSWORD={password}", "POSTGRES_INITDB_ARGS=--no-sync"],
        [.. new[] { "fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "max_connections=300" }.SelectMany(setting => new[] { "-c", setting })]);

    public static ContainerRecipe Redis(string image, int databases) => new(image, "CHAINBRIDGE_REDIS_IMAGE", 6379, "/data", [], ["--databases", databases.ToString(CultureInfo.InvariantCulture), "--save", ""]);

    /// <summary>For the engine.</summary>
    /// <param name="address">Where the port is published: loopback, unless the engine is elsewhere.</param>
    public CreateContainerParameters Parameters(IDictionary<string, string> labels, string address) => new()
    {
        Image = Image, Env = [.. Variables], Cmd = [.. Command], Labels = labels,
        ExposedPorts = new Dictionary<string, EmptyStruct> { [$"{Port}/tcp"] = default },
        HostConfig = new HostConfig
        {
            PortBindings = new Dictionary<string, IList<PortBinding>> { [$"{Port}/tcp"] = [new PortBinding { HostIP = address, HostPort = "0" }] },
            Tmpfs = new Dictionary<string, string> { [DataFolder] = "rw" },
        },
    };
}
