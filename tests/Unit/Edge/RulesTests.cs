using System.Collections.Immutable;
using ChainBridge.Edge;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Edge;

/// <summary>The changes that the edge refuses, and which door takes what; without any sockets.</summary>
public sealed class RulesTests : IDisposable
{
    private const int Port = 8080;
    private const int Other = 8081;
    private static readonly Uri Somewhere = new("http://127.0.0.1:1");
    private readonly string _folder = Directory.CreateTempSubdirectory("edge-").FullName;
    private readonly FrontDoor _door;

    public RulesTests()
    {
        _door = new FrontDoor(new EdgeStateFile(Path.Combine(_folder, "edge.json")));
        _door.Listen([KeyValuePair.Create(DoorRule.Default, Port), KeyValuePair.Create("result", Other)]);
        _door.Place("blue", Somewhere, 1).Should().BeNull();
        _door.Place("green", Somewhere, 1).Should().BeNull();
        _door.Switch("blue", 1).Should().BeNull();
    }

    public static TheoryData<string, DoorRule?[]?> WrongDoors => new()
    {
        { "'a b' is no name of a door", [new("a b", Port)] },
        { "'' is no name of a door", [new(null!, Port)] },
        { "'' is no name of a door", [null] },
        { "name the doors", null },
        { "door vote is on port 1, and this edge was started with ports 8080, 8081: start it again with --door vote=1", [new("vote", 1)] },
        { "door a is named twice", [new("a", Port), new("a", Port, Path: "/a")] },
        { "doors a and b take the same requests", [new("a", Port, Path: "/x/"), new("b", Port, Path: "/x")] },
        { "doors a and b take the same requests", [new("a", Port, "X.example"), new("b", Port, "x.example", "/")] },
        { "'http://x' of door a is no host name", [new("a", Port, "http://x")] },
        { "'x:80' of door a is no host name: give it without scheme and port", [new("a", Port, "x:80")] },
        { "'x' of door a is no path", [new("a", Port, Path: "x")] },
        { "'' of door a is no path", [new("a", Port, Path: "")] },
        { "'/x?y' of door a is no path", [new("a", Port, Path: "/x?y")] },
        { "slot blue would have traffic and is behind no door: it is placed at default, and the doors are a, b", Around() },
    };

    public static TheoryData<string, string, SlotPlace> WrongPlaces => new()
    {
        { "slot red has no address", "red", new(null, ImmutableSortedDictionary<string, Uri>.Empty) },
        { "'' is no address of slot red at door vote", "red", At("vote", null!) },
        { "'here' is no address of slot red", "red", SlotPlace.At(new Uri("here", UriKind.Relative)) },
        { "'file:///x' is no address of slot red", "red", SlotPlace.At(new Uri("file:///x")) },
        { "'a/b' is no name of a door", "red", At("a/b", Somewhere) },
        { "'r d' is no name of a slot", "r d", SlotPlace.At(Somewhere) },
        { "no version that a header can carry", "red", SlotPlace.At(Somewhere, "v\n1") },
        { "no version that a header can carry", "red", SlotPlace.At(Somewhere, "v1\n") },
        { "no version that a header can carry", "red", SlotPlace.At(Somewhere, "") },
        { "slot blue would have traffic and is behind no door", "blue", At("vote", Somewhere) },
    };

    public static TheoryData<string, Dictionary<string, int>?> WrongShares => new()
    {
        { "slot red has no address: place it first, with PUT /slots/red", new() { ["blue"] = 90, ["red"] = 10 } },
        { "slot red has no address", new() { ["blue"] = 100, ["red"] = 0 } },
        { "the share of slot green is -10: it must be a whole number from 0 to 100", new() { ["blue"] = 110, ["green"] = -10 } },
        { "the shares sum to 99: they must sum to 100", new() { ["blue"] = 90, ["green"] = 9 } },
        { "the shares sum to 4294967294", new() { ["blue"] = int.MaxValue, ["green"] = int.MaxValue } },
        { "name the share of each slot", [] },
        { "name the share of each slot", null },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(WrongDoors))]
    public void Doors_that_cannot_be_are_refused(string reason, DoorRule?[]? doors) =>
        Refused(_door.Open(doors, 2), reason);

    [Theory]
    [MemberData(nameof(WrongPlaces))]
    public void A_place_that_cannot_be_is_refused(string reason, string slot, SlotPlace place) =>
        Refused(_door.Place(slot, place, 2), reason);

    [Theory]
    [MemberData(nameof(WrongShares))]
    public void Shares_that_cannot_be_are_refused(string reason, Dictionary<string, int>? shares) =>
        Refused(_door.Share(shares, 2), reason);

    [Fact]
    public void A_slot_that_no_door_leads_to_gets_no_traffic()
    {
        _door.Place("green", At("elsewhere", Somewhere), 1).Should().BeNull();
        const string reason = "slot green would have traffic and is behind no door: it is placed at elsewhere, "
            + "and the doors are default, result";
        Refused(_door.Switch("green", 2), reason);
        Refused(_door.Share(new Dictionary<string, int> { ["blue"] = 99, ["green"] = 1 }, 2), reason);
        _door.Share(new Dictionary<string, int> { ["blue"] = 100, ["green"] = 0 }, 2).Should().BeNull();
    }

    [Theory]
    [InlineData("www.example.org", "/api/v2", "api2")]
    [InlineData("www.example.org", "/api/v2/x", "api2")]
    [InlineData("www.example.org", "/api/v20", "api")]
    [InlineData("www.example.org", "/api", "api")]
    [InlineData("www.example.org", "/apis", "rest")]
    [InlineData("www.example.org", "/API", "rest")]
    [InlineData("www.example.org", "/", "rest")]
    [InlineData("www.example.org", "", "rest")]
    [InlineData("www.example.org", "/é t/x", "decoded")]
    [InlineData("Admin.Example.org", "/api/v2", "admin")]
    [InlineData("admin.example.org", "/", "admin")]
    [InlineData("admin.example.org", "/logs/1", "logs")]
    public void The_host_decides_first_and_then_the_longest_path(string host, string path, string door)
    {
        _door.Place("blue", new SlotPlace(null, At(DoorRule.Default, Somewhere).Doors.Add("rest", Somewhere)), 1);
        _door.Open(
        [
            new("rest", Port), new("api", Port, Path: "/api"), new("api2", Port, Path: "/api/v2/"),
            new("decoded", Port, Path: "/%C3%A9%20t"),
            new("admin", Port, "ADMIN.example.org"), new("logs", Port, "admin.example.org", "/logs"),
        ], 1).Should().BeNull();
        _door.Enter(Port, host, path).Door.Should().Be(door);
        _door.Enter(Other, host, path).Door
            .Should().Be("result", "a port that no configured door names belongs to the door it was opened for");
        _door.Enter(1, host, path).Door.Should().BeNull();
    }

    private static SlotPlace At(string door, Uri address) => new(null, ImmutableSortedDictionary<string, Uri>.Empty.Add(door, address));

    /// <summary>On every port, and none of them the one blue is placed at.</summary>
    private static DoorRule?[] Around() => [new("a", Port), new("b", Other)];

    private void Refused(Refusal? refusal, string reason)
    {
        refusal!.Why.Should().Contain(reason);
        _door.State.Should().BeEquivalentTo(new { Active = "blue", Token = 1L, Doors = ImmutableList<DoorRule>.Empty });
        _door.State.Slots.Keys.Should().Equal("blue", "green");
        _door.Enter(Port, "any", "/").To!.Slot.ToString().Should().Be("blue");
    }
}
