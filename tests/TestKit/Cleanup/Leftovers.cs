using System.Text;
using ChainBridge.LocalServers;
using ChainBridge.TestKit.Providers;
using ChainBridge.TestKit.Providers.External;
using ChainBridge.TestKit.Providers.Shared;
using Docker.DotNet;
using Npgsql;
using Xunit;

namespace ChainBridge.Tests.TestKit.Cleanup;

/// <summary>What of a run is on this machine, its engine, or its shared server: a line each.</summary>
internal static class Leftovers
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>
    /// Processes (they carry <paramref name="mark"/> in their environment), folders and sockets (by name), containers (by label).
    /// </summary>
    public static async Task<IReadOnlyList<string>> OfAsync(int processId, string mark, string provider)
    {
        var left = ProcessesWith(mark).Select(id => $"process {id}: {Read($"/proc/{id}/cmdline").Replace('\0', ' ')}").ToList();
        // Redis writes over its arguments and its environment; its working directory stays.
        left.AddRange(ProcessesIn($"-{processId}-").Select(id => $"process {id} in {Cwd(id)}"));
        left.AddRange(ScratchFolder.All().Where(folder => folder.Owner.Id == processId)
            .SelectMany(folder => Directory.EnumerateFileSystemEntries(folder.Path).Prepend(folder.Path)));
        if (provider == "docker") left.AddRange((await ContainersAsync(processId)).Select(container => $"container {container}"));
        return left;
    }

    /// <summary>Containers of processes, running or not.</summary>
    public static async Task<IReadOnlyList<string>> ContainersAsync(params int[] processIds)
    {
        using var docker = Docker();
        var ours = await ContainerSweep.ListAsync(docker, $"{ContainerOwner.HostLabel}={ContainerOwner.Self().Host}", Stop);
        return [.. ours.Where(container => processIds.Any(id => container.Labels[ContainerOwner.ProcessLabel]
            .StartsWith($"{id}@", StringComparison.Ordinal))).Select(container => container.ID)];
    }

    /// <summary>Networks and volumes of the engine: the runs make none, so these are the same before and after.</summary>
    public static async Task<IReadOnlyList<string>> MountsAsync(int processId)
    {
        using var docker = Docker();
        var mounts = new List<string>();
        foreach (var id in await ContainersAsync(processId))
            mounts.AddRange((await docker.Containers.InspectContainerAsync(id, Stop)).Mounts!
                .Select(mount => $"{mount.Type} {mount.Name} {mount.Destination}"));
        return mounts;
    }

    /// <summary>Databases on the shared server whose run has no connection any more.</summary>
    public static async Task<IReadOnlyList<string>> OrphanedDatabasesAsync()
    {
        await using var connection =
            new NpgsqlConnection(ExternalSettings.Read(Environment.GetEnvironmentVariable).Postgres.ConnectionString);
        await connection.OpenAsync(Stop);
        var alive = (await NamesAsync(connection, "SELECT application_name FROM pg_stat_activity")).Select(RunName.OfClient).ToHashSet();
        return [.. (await NamesAsync(connection, "SELECT datname FROM pg_database"))
            .Where(name => RunName.OfDatabase(name) is { } run && !alive.Contains(run))];
    }

    private static async Task<List<string>> NamesAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var names = new List<string>();
        while (await reader.ReadAsync(Stop)) names.Add(reader.IsDBNull(0) ? "" : reader.GetString(0));
        return names;
    }

    private static DockerClient Docker() =>
        new DockerClientBuilder().WithEndpoint(DockerEngine.Address(Environment.GetEnvironmentVariable)).Build();

    /// <summary>Whether a process of a run is one that tidies up after it.</summary>
    public static bool IsReaper(int id) =>
        Read($"/proc/{id}/cmdline") is var command && (command.StartsWith("/bin/sh\0-c\0folder=", StringComparison.Ordinal)
            || command.Contains("ChainBridge.TestKit.dll", StringComparison.Ordinal));

    private static IEnumerable<int> ProcessesIn(string owner) => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
        .Where(name => int.TryParse(name, out var id) && Cwd(id).Contains("/cb-", StringComparison.Ordinal) && Cwd(id)
            .Contains(owner, StringComparison.Ordinal)).Select(name => int.Parse(name!, System.Globalization.CultureInfo.InvariantCulture));

    private static string Cwd(int id)
    {
        try
        {
            return new FileInfo($"/proc/{id}/cwd").LinkTarget ?? "";
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    public static IEnumerable<int> ProcessesWith(string mark) => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
        .Where(name => int.TryParse(name, out _) && Read($"/proc/{name}/environ").Contains(mark, StringComparison.Ordinal))
        .Select(name => int.Parse(name!, System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>A process's program; null when it is gone, or only waits to be heard of by its parent.</summary>
    public static string? ProgramOf(int id) =>
        Read($"/proc/{id}/cmdline").Split('\0')[0] is { Length: > 0 } program ? Path.GetFileName(program) : null;

    private static string Read(string file)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(file));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
