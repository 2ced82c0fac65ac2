using ChainBridge.Engine.Model;
using ChainBridge.Engine.Traffic;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Traffic;

/// <summary>Which service of a release is behind each of today's doors, and on which port of the edge that is.</summary>
public sealed class SlotDoorsTests
{
    private static readonly DoorSpec[] Today =
        [new("web", "web", 80, 8080), new("api", "api", 81, Path: "/api"), new("result", "result", 82, 9090)];

    [Theory]
    [InlineData("web=front,api=inner,result=other", "web=front,api=inner,result=other", "doors have the release's own services")]
    [InlineData("default=front", "web=front,api=front", "one door of before is the first one; a port of its own leads nowhere")]
    [InlineData("shop=front,result=other", "web=front,api=front,result=other", "a first door with another name is still the first")]
    [InlineData("result=other", "result=other", "a door that has its own place is not the first one too")]
    public void A_release_answers_behind_todays_doors_with_its_own_services(string own, string expected, string why) =>
        string.Join(',', SlotDoors.Of(Releases.Behind("v1", Doors(own)), Today).Select(door => $"{door.Name}={door.Service}"))
            .Should().Be(expected, why);

    [Fact]
    public void The_edge_gets_the_releases_own_doors_too_because_their_rules_may_be_in_force_still() =>
        SlotDoors.Addresses(Releases.Behind("v1", Doors("default=front")), Today, door => new($"http://{door.Service}:{door.ServicePort}"))
            .Keys.Should().BeEquivalentTo("web", "api", "default");

    [Fact]
    public void Ports_are_opened_for_the_doors_that_have_one_and_the_first_is_the_edges_own()
    {
        OpenPorts.Wanted(Today).Select(wanted => wanted.Name).Should().Equal("default", "result");
        OpenPorts.Of(Today[1], Today, [new("default", 8080, 1), new("other", 9090, 2)])!.Inside.Should().Be(1);
        OpenPorts.Of(Today[2], Today, [new("default", 8080, 1), new("other", 9090, 2)])!.Inside.Should().Be(2, "a port is a port");
        OpenPorts.Missing(Today, [new("default", 8080, 1), new("other", 9090, 2)]).Should().BeEmpty();
        OpenPorts.Missing(Today, [new("default", 8081, 1), new("result", 9090, 2)]).Should().ContainSingle()
            .Which.Should().Contain("8081, 9090").And.Contain("8080 for the door web").And.Contain("deployrunner down");
    }

    [Fact]
    public void A_port_that_is_taken_is_named_with_the_container_that_has_it_or_the_way_to_find_the_program()
    {
        var containers = new Dictionary<int, string> { [9090] = "other-web-1" };
        OpenPorts.Taken(Today, new HashSet<int> { 8080, 9090, 1234 }, containers).Should().Equal(
            "port 8080 of the public door is taken by another program (ss -ltnp sport = :8080 names it)",
            "port 9090 of the public door is taken by the container other-web-1 (docker stop other-web-1, or name another port in the "
                + "manifest)");
        OpenPorts.Taken(Today, new HashSet<int> { 1234 }).Should().BeEmpty();
    }

    [Fact]
    public void A_free_port_is_found_by_the_door_it_was_opened_for()
    {
        DoorSpec[] free = [new("web", "web", 80, 0), new("result", "result", 82, 0)];
        OpenPorts.Of(free[1], free, [new("default", 5000, 1), new("result", 5001, 2)])!.Outside.Should().Be(5001);
        OpenPorts.Missing(free, [new("default", 5000, 1)]).Should().ContainSingle()
            .Which.Should().Contain("a free port for the door result");
    }

    private static DoorSpec[] Doors(string text) => [.. text.Split(',').Select(door => door.Split('='))
        .Select(pair => new DoorSpec(pair[0], pair[1], 80))];
}
