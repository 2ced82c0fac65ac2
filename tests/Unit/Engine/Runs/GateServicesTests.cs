using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Runs;

/// <summary>The services of a release that the commands of its smoke gate refer to.</summary>
public sealed class GateServicesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Commands_get_addresses_of_the_candidates_services_on_the_host_that_is_asked_and_at_the_door_too(int hosts)
    {
        using var world = With(new World(hosts: hosts), "${{ services.pay.address }}");
        (await world.DeployAsync("A")).Failure.Should().BeNull();
        (await world.DeployAsync("B")).Failure.Should().BeNull();
        var asked = world.Gates.Subjects.FindAll(subject => subject is { ExpectedVersion: "B", Predecessor: not null });
        asked.Select(subject => subject.Predecessor!.AtDoor).Should().BeEquivalentTo(
            [.. Enumerable.Repeat(false, hosts), .. Enumerable.Repeat(true, hosts)]);
        asked.Select(subject => (subject.Services["pay"].HostAndPort, $"{subject.Services["pay"].Inside}")).Should()
            .Equal(asked.Select(subject => ($"green.{subject.Host ?? "one"}.test:1", "http://pay:2/")));
    }

    [Fact]
    public async Task A_gate_is_asked_with_the_reason_why_addresses_of_services_cannot_be_had()
    {
        using var world = With(new World(), "${{ services.pay.address }}");
        world.Target.Trouble = call => call == "addresses in Blue" ? new(Failure.Unreachable, "no way there", "wait") : null;
        await world.DeployAsync("A");
        world.Gates.Subjects.Should().Contain(subject => subject.NoServices == "no way there" && subject.Doors.Count > 0);
    }

    [Fact]
    public async Task A_gate_whose_commands_refer_to_no_service_asks_for_no_address()
    {
        using var world = With(new World(), "load");
        await world.DeployAsync("A");
        world.Target.Calls.Should().NotContain(call => call.StartsWith("addresses in ", StringComparison.Ordinal));
    }

    private static World With(World world, string argument)
    {
        world.Change(gates => gates with
        {
            Smoke = gates.Smoke with
            {
                Commands = [new("load", ["load", argument], "{results}/*.json", ResultFormat.Ctrf, TimeSpan.FromSeconds(1))],
            },
        });
        return world;
    }
}
