using ChainBridge.Edge;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Edge;

public sealed class StartArgumentsTests
{
    [Fact]
    public void The_three_places_are_enough_and_further_doors_may_stand_anywhere()
    {
        var plain = StartArguments.Parse(["http://a:1", "http://b:2", "edge.json"]);
        (plain.Public, plain.Admin, plain.StateFile).Should().Be(("http://a:1", "http://b:2", "edge.json"));
        plain.Doors.Should().BeEmpty();
        StartArguments.Parse(["--door", "result=8082", "http://a:1", "http://b:2", "edge.json", "--door", "api=8083"]).Doors
            .Should().Equal(KeyValuePair.Create("result", 8082), KeyValuePair.Create("api", 8083));
    }

    [Theory]
    [InlineData("2 arguments where three are needed", "a", "b")]
    [InlineData("4 arguments where three are needed", "a", "b", "c", "d")]
    [InlineData("--doors is no option", "a", "b", "c", "--doors", "x=1")]
    [InlineData("NAME=PORT is needed", "a", "b", "c", "--door")]
    [InlineData("NAME=PORT is needed", "a", "b", "c", "--door", "result")]
    [InlineData("NAME=PORT is needed", "a", "b", "c", "--door", "=8082")]
    [InlineData("NAME=PORT is needed", "a", "b", "c", "--door", "result=-1")]
    [InlineData("NAME=PORT is needed", "a", "b", "c", "--door", "result=65536")]
    [InlineData("is the door of PUBLIC-URL", "a", "b", "c", "--door", "default=1")]
    [InlineData("result is named twice", "a", "b", "c", "--door", "result=1", "--door", "result=2")]
    public void Arguments_that_cannot_be_understood_are_refused_with_the_reason(string reason, params string[] arguments)
    {
        var parse = () => StartArguments.Parse(arguments);
        parse.Should().Throw<FormatException>().WithMessage($"*{reason}*");
    }
}
