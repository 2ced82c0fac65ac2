using System.Diagnostics;
using ChainBridge.Edge;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Edge;

/// <summary>The edge's state outlives it, whole.</summary>
public sealed class StateFileTests : IAsyncLifetime
{
    /// <summary>As the version before shares, doors and versions wrote it.</summary>
    private const string Before = """
        {
          "active": "green",
          "slots": {
            "blue": "http://127.0.0.1:41001",
            "green": "http://127.0.0.1:41002"
          },
          "token": 12,
          "limits": {
            "maxBody": 1000,
            "idleTimeout": "00:01:00"
          }
        }
        """;

    private EdgeLab _lab = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private EdgeState Kept => new EdgeStateFile(_lab.StateFile).Read();

    public async ValueTask InitializeAsync() => _lab = await EdgeLab.StartAsync("result");

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public void A_state_of_the_version_before_is_read_and_means_the_same()
    {
        File.WriteAllText(_lab.StateFile, Before);
        var door = new FrontDoor(new EdgeStateFile(_lab.StateFile));
        door.State.Should().BeEquivalentTo(new { Active = "green", Token = 12L, Limits = new EdgeLimits(1000, TimeSpan.FromMinutes(1)) });
        door.State.Shares.Should().Equal(new Dictionary<string, int> { ["green"] = 100 });
        door.State.Slots["blue"].Should().BeEquivalentTo(SlotPlace.At(new Uri("http://127.0.0.1:41001")));
        door.Listen([KeyValuePair.Create(DoorRule.Default, 80)]);
        door.Enter(80, "any", "/any").To!.Address.Should().Be("http://127.0.0.1:41002/");
        door.Switch("blue", 11)!.Kind.Should().Be(RefusalKind.OldToken);
    }

    [Fact]
    public async Task A_restart_keeps_doors_shares_places_and_versions()
    {
        await _lab.BothAsync();
        var api = new { name = "api", port = _lab.Port("result"), host = "a.example", path = "/x/" };
        await _lab.PutAsync("doors", new { doors = new[] { api }, token = 2 });
        var doors = new { @default = "http://127.0.0.1:1", api = "http://127.0.0.1:2" };
        await _lab.PutAsync("slots/green", new { doors, version = "v3", token = 2 });
        await _lab.PutAsync("shares", new { shares = new { blue = 95, green = 5 }, token = 3 });
        Kept.Should().BeEquivalentTo(_lab.Door.State);
        Kept.Doors.Should().Equal(new DoorRule("api", _lab.Port("result"), "a.example", "/x"));
        Kept.Slots["green"].Version.Should().Be("v3");
        Kept.Shares["green"].Should().Be(5);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{\"active\": \"gre")]
    [InlineData("")]
    public async Task A_crash_before_the_rename_leaves_the_state_before_and_the_next_change_is_whole(string? half)
    {
        await _lab.BothAsync();
        // What the crash leaves beside the file: a whole next state, or a piece of one.
        var beside = _lab.StateFile + ".new";
        new EdgeStateFile(beside).Write(_lab.Door.State.With(new Dictionary<string, int> { ["green"] = 100 }));
        if (half is not null) await File.WriteAllTextAsync(beside, half, Stop);

        var again = new FrontDoor(new EdgeStateFile(_lab.StateFile));
        again.State.Active.Should().Be("blue");
        again.Share(new Dictionary<string, int> { ["blue"] = 70, ["green"] = 30 }, 2).Should().BeNull();
        Kept.Shares["green"].Should().Be(30);
        File.Exists(beside).Should().BeFalse();
    }

    [Fact]
    public async Task A_change_that_the_disk_does_not_take_is_refused_and_has_no_effect()
    {
        await _lab.BothAsync();
        Directory.CreateDirectory(_lab.StateFile + ".new");
        var (status, detail) = await _lab.TryPutAsync("shares", new { shares = new { green = 100 }, token = 9 });
        (status, detail).Should().Be((500, detail));
        detail.Should().Contain("changed nothing");
        (await _lab.Client.GetStringAsync("x", Stop)).Should().Be("blue /x");
        (_lab.Door.State.Token, Kept.Token).Should().Be((1, 1), "a newer token that was not kept is not known either");
    }

    [Fact]
    public async Task Requests_go_on_while_a_change_waits_for_the_disk()
    {
        await _lab.BothAsync();
        // A pipe stands for a disk that hangs: it cannot be opened for writing until a reader opens it.
        using (var made = Process.Start("mkfifo", _lab.StateFile + ".new")) await made.WaitForExitAsync(Stop);
        var changing = _lab.PutAsync("active", new { slot = "green", token = 2 });
        (await _lab.Client.GetStringAsync("x", Stop)).Should().Be("blue /x");
        _lab.Door.State.Active.Should().Be("blue");
        changing.IsCompleted.Should().BeFalse();

        using var disk = Process.Start(new ProcessStartInfo("cat", _lab.StateFile + ".new") { RedirectStandardOutput = true })!;
        await disk.StandardOutput.ReadToEndAsync(Stop);
        await changing;
        (await _lab.Client.GetStringAsync("x", Stop)).Should().Be("green /x");
    }

    [Theory]
    [InlineData("""{"active": "blue", "slots": {"blue": "http://127.0.0.1:1"}, "token": 1, "shares": {"blue": 90, "green": 10}}""")]
    [InlineData("""{"active": "blue", "slots": {"blue": "http://127.0.0.1:1"}, "token": 1, "shares": {"blue": 90}}""")]
    [InlineData("""{"active": null, "slots": {"blue": "http://127.0.0.1:1"}, "token": 1, "shares": {"blue": 100}}""")]
    [InlineData("""{"active": "blue", "slots": {"blue": {"version": "v1"}}, "token": 1}""")]
    [InlineData("""{"active": "blue", "slots": {"blue": "http://127.0.0.1:1"}, "token": 1, "doors": null}""")]
    public void A_state_that_contradicts_itself_is_reported_and_not_taken_for_an_empty_one(string content)
    {
        File.WriteAllText(_lab.StateFile, content);
        var start = () => new FrontDoor(new EdgeStateFile(_lab.StateFile));
        start.Should().Throw<InvalidDataException>().WithMessage($"*{_lab.StateFile}*");
    }
}
