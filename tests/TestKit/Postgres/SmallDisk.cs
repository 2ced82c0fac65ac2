using System.Diagnostics;
using ChainBridge.TestKit.Postgres;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>A tablespace on a disk that is soon full: in a container the 64 MB of its /dev/shm, else a RAM disk of 16 MB that is mounted for it.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly DatabaseLease _server;
    private readonly string? _mount;

    private SmallDisk(DatabaseLease server, string tablespace, string? mount) => (_server, Tablespace, _mount) = (server, tablespace, mount);

    public string Tablespace { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<SmallDisk> OnAsync(DatabaseLease server, string provider)
    {
        var name = $"small_{Guid.NewGuid():N}";
        string? mount = null;
        var folder = $"/dev/shm/{name}";
        if (provider != "docker")
        {
            Assert.SkipUnless(Environment.UserName == "root", "a disk that is full can be made by root only: it mounts a small RAM disk");
            folder = mount = Directory.CreateTempSubdirectory("cb-small-").FullName;
            await RunAsync("mount", "-t", "tmpfs", "-o", "size=16m,mode=0777", "tmpfs", folder);
            File.SetUnixFileMode(folder, (UnixFileMode)0x1FF);
        }

        var disk = new SmallDisk(server, name, mount);
        await server.ExecuteAsync($"COPY (SELECT 1) TO PROGRAM 'mkdir -p {folder}/data'");
        await using var connection = await server.OpenAsync(Stop);
        await connection.ExecuteAsync($"CREATE TABLESPACE {name} LOCATION '{folder}/data'");
        return disk;
    }

    public async ValueTask DisposeAsync()
    {
        await using (var connection = await _server.OpenAsync(Stop)) await connection.ExecuteAsync($"DROP TABLESPACE {Tablespace}");
        if (_mount is null) return;
        await RunAsync("umount", _mount);
        Directory.Delete(_mount);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var said = await process.StandardError.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        process.ExitCode.Should().Be(0, said);
    }
}
