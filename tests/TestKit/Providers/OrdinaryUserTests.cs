using System.Diagnostics;
using ChainBridge.TestKit;
using ChainBridge.Tests.TestKit.Cleanup;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Providers;

/// <summary>What a process that is not root, has no home, or has no room, gets of its servers.</summary>
[EveryProvider]
public sealed class OrdinaryUserTests(TestEnvironment environment)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    [NotOn("docker")]
    public async Task A_user_without_a_home_has_servers_and_leaves_nothing()
    {
        var provider = await environment.ProviderNameAsync(Stop);
        if (provider == "docker") Assert.Skip("not on this provider: the engine decides which users may use it");
        if (!Environment.IsPrivilegedProcess) Assert.Skip("these tests run as an ordinary user already");
        await using var holder = await ServerHolder.StartAsync(provider, new Dictionary<string, string> { ["HOME"] = "/nonexistent" },
            "setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups");
        (await holder.AnsweringAsync()).Should().Be(2);
        await holder.KillAsync();
        await Eventually.HoldsAsync(async () => (await Leftovers.OfAsync(holder.ProcessId, holder.Mark, provider)).Count == 0, Deadline,
            "nothing is left of it");
    }

    [Fact]
    [NotOn("docker", "external")]
    public async Task A_disk_that_is_full_is_reported_and_the_folder_goes()
    {
        var provider = await environment.ProviderNameAsync(Stop);
        if (provider is "docker" or "external") Assert.Skip("not on this provider: its servers keep their data elsewhere");
        var small = Directory.CreateTempSubdirectory("chainbridge-small-").FullName;
        if (!await RunsAsync("mount", "-t", "tmpfs", "-o", "size=4m,mode=1777", "tmpfs", small))
            Assert.Skip("no small disk can be made here");
        try
        {
            using var full = ServerHolder.Launch(provider, new Dictionary<string, string> { ["CHAINBRIDGE_SCRATCH"] = small }, out _);
            var output = await full.StandardOutput.ReadToEndAsync(Stop).WaitAsync(Deadline, Stop);
            output.Should().Contain("PostgreSQL did not start").And.Contain("No space left on device").And.Contain("CHAINBRIDGE_SCRATCH");
            Directory.GetFileSystemEntries(small).Should().BeEmpty();
        }
        finally
        {
            await RunsAsync("umount", "-l", small);
            Directory.Delete(small);
        }
    }

    private static async Task<bool> RunsAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync(Stop);
        return process.ExitCode == 0;
    }
}
