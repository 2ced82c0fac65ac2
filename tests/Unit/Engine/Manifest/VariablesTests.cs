using ChainBridge.Engine.Manifest;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Manifest;

public sealed class VariablesTests
{
    private const string Json = """${X:-{"lines":1}}""";

    [Theory]
    [InlineData(Json, null, """{"lines":1}""")]
    [InlineData(Json, """{"lines":9}""", """{"lines":9}""")]
    [InlineData(Json, "plain", "plain")]
    [InlineData("""{"limits":${X:-{"a":{"b":[1,2]}}},"more":{}}""", "7", """{"limits":7,"more":{}}""")]
    [InlineData("""{"limits":${X:-{"a":{"b":[1,2]}}},"more":{}}""", null, """{"limits":{"a":{"b":[1,2]}},"more":{}}""")]
    [InlineData("${X:-http://shop.test/{id}/done}", null, "http://shop.test/{id}/done")]
    [InlineData("${X:-http://shop.test/{id}/done}", "http://other.test", "http://other.test")]
    [InlineData("${X:-http://shop.test/${ID}/done}", null, "http://shop.test/42/done")]
    [InlineData("${X:-http://shop.test/${MISSING}/done}", "set", "set")]
    [InlineData("${X:-${Y:-${ID}}}", null, "42")]
    [InlineData("${X:-${{ release.version }}}", null, "${{ release.version }}")]
    [InlineData("""${X:-{"brace":"}"}}""", null, """{"brace":"}"}""")]
    [InlineData("""${X:-{"quote":"\"}"}}""", null, """{"quote":"\"}"}""")]
    [InlineData("""${X:-{inch"}}, ${ID}""", null, """{inch"}, 42""")]
    [InlineData("""{"url":"${X:-http://a}","n":"${ID}"}""", null, """{"url":"http://a","n":"42"}""")]
    [InlineData("${X:-}/${{ release.commit }}/${ID}", "", "/${{ release.commit }}/42")]
    public void A_default_ends_at_the_brace_that_closes_it(string written, string? x, string expected) =>
        Expand(written, x).Should().Be((expected, null));

    [Theory]
    [InlineData("a ${X:-{open}", 13, "not closed")]
    [InlineData("a ${X:-http://${MISSING}/}", 25, "MISSING is not set")]
    [InlineData("a ${X-default}", 13, "not closed or has no valid name")]
    [InlineData("a ${1X}", 13, "no valid name")]
    [InlineData("a ${", 13, "not closed")]
    [InlineData("a ${X:-", 13, "not closed")]
    [InlineData("a ${X:-\"}\"}", 13, "is ambiguous")]
    [InlineData("a ${X:-{inch\"}}, \"${ID}\"", 13, "is ambiguous")]
    public void A_reference_that_cannot_be_read_is_a_problem_with_its_place(string written, int column, string message)
    {
        var (value, problem) = Expand(written, null);
        value.Should().BeNull();
        (problem!.Line, problem.Column).Should().Be((3, column));
        problem.Message.Should().Contain(message);
    }

    private static (string? Value, ManifestProblem? Problem) Expand(string written, string? x)
    {
        var problems = new Problems("shop.yml");
        var variables = new Variables(name => name == "X" ? x : name == "ID" ? "42" : null, problems);
        return (variables.Expand(new YamlScalar(3, 10, written, Plain: false)), problems.All.SingleOrDefault());
    }
}
