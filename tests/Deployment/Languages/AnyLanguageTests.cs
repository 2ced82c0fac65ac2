using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Machine;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Languages;

/// <summary>A service of the process target may be a command in any language: python3, and node where it is installed.</summary>
public sealed class AnyLanguageTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>File, program, command.</summary>
    public static TheoryData<string, string, string> Languages
    {
        get
        {
            var all = new TheoryData<string, string, string> { { "app.py", Programs.Python, "[python3, app.py]" } };
            if (Programs.Missing("node") is null) all.Add("app.js", Programs.Node, "[node, app.js]");
            return all;
        }
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Python_is_on_this_machine() => Programs.Missing("python3").Should().BeNull();

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Two_releases_stand_beside_each_other_and_each_is_the_copy_that_was_built(string file, string program, string run)
    {
        await using var place = await Place.MakeAsync(file, program, run);
        var (one, two) = (await place.ReleaseAsync("one", "first page"), await place.ReleaseAsync("two", "second page"));

        await place.StartAsync(Slot.Blue, one);
        await place.StartAsync(Slot.Green, two);

        (await place.PageAsync(Slot.Blue)).Should().Be("first page");
        (await place.PageAsync(Slot.Green)).Should().Be("second page");
        (await place.InspectAsync(Slot.Blue)).Should().Match<RunningService>(service =>
            service.Version == "one" && service.Digest == one.Artifacts["web"].Digest && service.Healthy == true);
        (await place.InspectAsync(Slot.Green))!.Digest.Should().Be(two.Artifacts["web"].Digest).And.NotBe(one.Artifacts["web"].Digest);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task A_service_that_dies_is_started_again_where_the_edge_knows_it(string file, string program, string run)
    {
        await using var place = await Place.MakeAsync(file, program, run);
        await place.StartAsync(Slot.Blue, await place.ReleaseAsync("one", "the page"));
        var address = await place.AddressAsync(Slot.Blue);

        await place.KillAsync(Slot.Blue);

        await UntilAsync(async () => await place.InspectAsync(Slot.Blue) is { Restarts: 1, Healthy: true }, "the service to be back");
        (await place.AddressAsync(Slot.Blue)).Should().Be(address);
        (await place.PageAsync(Slot.Blue)).Should().Be("the page");
    }

    [Fact]
    public async Task A_service_that_binds_one_port_of_its_own_is_found_there()
    {
        var port = FreePort.Next();
        await using var place = await Place.MakeAsync("app.py", Programs.Python, $"[python3, app.py, '{port}']");
        await place.StartAsync(Slot.Blue, await place.ReleaseAsync("one", "the page"));
        (await place.AddressAsync(Slot.Blue))!.Port.Should().Be(port);
    }

    [Fact]
    public async Task The_offered_port_can_be_an_argument_and_wins_over_others_that_are_bound()
    {
        var debugger = FreePort.Next();
        await using var place = await Place.MakeAsync("app.py", Programs.Python, $"[sh, -c, 'exec python3 app.py {{port}} {debugger}']");
        await place.StartAsync(Slot.Blue, await place.ReleaseAsync("one", "the page"));
        (await place.AddressAsync(Slot.Blue))!.Port.Should().NotBe(debugger);
        (await place.PageAsync(Slot.Blue)).Should().Be("the page");
    }

    [Fact]
    public async Task A_service_that_binds_several_ports_and_not_the_offered_one_fails_with_their_names()
    {
        var ports = new[] { FreePort.Next(), FreePort.Next() }.Order().ToArray();
        await using var place = await Place.MakeAsync("app.py", Programs.Python, $"[python3, app.py, '{ports[0]}', '{ports[1]}']", "5s");
        var failed = await FailAsync(place);
        failed.Should().Contain("blue-web was not ready within 5 s; "
            + $"it listens on the ports {ports[0]}, {ports[1]}, and none of them is PORT=");
    }

    [Fact]
    public async Task A_service_that_binds_nothing_fails_with_its_last_output()
    {
        await using var place = await Place.MakeAsync("app.py", "import time\nprint('waiting for a queue', flush=True)\ntime.sleep(300)\n",
            "[python3, app.py]", "5s");
        (await FailAsync(place)).Should().Contain("blue-web was not ready within 5 s; it listens on no port; PORT=")
            .And.Contain("waiting for a queue");
    }

    [Fact]
    public async Task A_service_that_ends_at_its_start_fails_with_its_last_output()
    {
        await using var place = await Place.MakeAsync("app.py", "raise SystemExit('no database')", "[python3, app.py]");
        (await FailAsync(place)).Should().Contain("blue-web ended before it was ready: exit code 1").And.Contain("no database");
    }

    private static async Task<string> FailAsync(Place place)
    {
        var release = await place.ReleaseAsync("one", "the page");
        var start = () => place.StartAsync(Slot.Blue, release);
        var failed = (await start.Should().ThrowAsync<EngineException>()).Which;
        failed.Failure.Should().Be(Failure.CandidateFailed);
        return failed.Message;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(Patience, "waited for {0}", what);
            await Task.Delay(50, Stop);
        }
    }
}
