using System.Diagnostics;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Providers;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Npgsql;
using Xunit;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>
/// A tablespace on a RAM disk of 16 MB: mounted for the run's server, or that of a container of its own, into which
/// nothing can be mounted later.
/// </summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    public const string Tablespace = "small";
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    private readonly Func<Task> _remove;

    private SmallDisk(PostgresLeases leases, Func<Task> remove) => (Leases, _remove) = (leases, remove);

    public PostgresLeases Leases { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<SmallDisk> MakeAsync(TestEnvironment environment)
    {
        var provider = await environment.ProviderNameAsync(Stop);
        Assert.SkipWhen(provider == "external", "not on this provider: the disk of a server that others use too is not to be filled");
        if (provider == "docker") return await InContainerAsync();
        Assert.SkipWhen(Environment.UserName != "root", "a disk that is full can be made by root only: it mounts a small RAM disk");
        return await MountedAsync(TestEnvironment.With(name =>
            name == "CHAINBRIDGE_PROVIDER" ? provider : Environment.GetEnvironmentVariable(name), TimeProvider.System, TextWriter.Null));
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Leases.DisposeAsync();
        }
        finally
        {
            await _remove();
        }
    }

    private static async Task<SmallDisk> MountedAsync(TestEnvironment own)
    {
        var folder = Directory.CreateTempSubdirectory("cb-small-").FullName;
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=16m,mode=0777", "tmpfs", folder);
        var disk = new SmallDisk(own.Postgres, async () =>
        {
            try
            {
                await own.DisposeAsync();
            }
            finally
            {
                await RunAsync("umount", folder);
                Directory.Delete(folder);
            }
        });
        try
        {
            var lease = await own.Postgres.LeaseAsync(MigrationSet.Empty, Databases.Unscoped, Stop);
            await lease.ExecuteAsync(MakesFolder($"{folder}/data"));
            await lease.ExecuteAsync($"CREATE TABLESPACE {Tablespace} LOCATION '{folder}/data'");
            return disk;
        }
        catch
        {
            await disk.DisposeAsync();
            throw;
        }
    }

    private static async Task<SmallDisk> InContainerAsync()
    {
        var owner = ContainerOwner.Self();
        // Labelled as ours: if this process is killed, the next run removes it.
        var container = (await RunAsync("docker", "run", "-d", "--rm", "--label", $"{ContainerOwner.HostLabel}={owner.Host}", "--label",
            $"{ContainerOwner.ProcessLabel}={owner.Process}", "--tmpfs", "/small:size=16m,mode=0777", "-e", "POSTGRES_PASSWORD=x", "-p",
            "127.0.0.1::5432", DockerProvider.PostgresImageFrom(Environment.GetEnvironmentVariable))).Trim();
        var server = new PostgresServer("127.0.0.1", int.Parse((await RunAsync("docker", "port", container, "5432")).Trim().Split(':')[^1],
            System.Globalization.CultureInfo.InvariantCulture), "postgres", "x", new StringWriter());
        // An entrypoint may serve a moment before it serves for good, but not over TCP.
        await Eventually.HoldsAsync(() => AnswersAsync(server), StartDeadline, "the container with the small disk answers");
        await Databases.ExecuteAsync(server.Settings("postgres").ConnectionString, MakesFolder("/small/data"));
        await Databases.ExecuteAsync(server.Settings("postgres").ConnectionString,
            $"CREATE TABLESPACE {Tablespace} LOCATION '/small/data'");
        return new(new PostgresLeases(() => Task.FromResult(server), new PostgresOptions(), _ => null, TimeProvider.System,
            TextWriter.Null), () => RunAsync("docker", "rm", "-f", "-v", container));
    }

    /// <summary>
    /// A folder of the server's own user. The program reads what COPY writes to it: one that ends sooner makes COPY fail with
    /// "Broken pipe".
    /// </summary>
    private static string MakesFolder(string folder) => $"COPY (SELECT 1) TO PROGRAM 'cat > /dev/null && mkdir {folder}'";

    private static async Task<bool> AnswersAsync(PostgresServer server)
    {
        try
        {
            await Databases.ExecuteAsync(server.Settings("postgres").ConnectionString, "SELECT 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process =
            Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
        await process.WaitForExitAsync(Stop);
        process.ExitCode.Should().Be(0, await errors);
        return await output;
    }
}
