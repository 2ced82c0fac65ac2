using System.Net;
using System.Text;
using ChainBridge.TestKit.Assertions;
using FluentAssertions;
using Xunit;
using Xunit.Sdk;

namespace ChainBridge.Tests.TestKit.Assertions;

public sealed class HttpResponseTests
{
    private const string Order = """{"id":7,"lines":[{"amount":12.50},{"amount":3}],"note":null}""";

    [Fact]
    public void An_answer_as_expected_passes_and_leads_on()
    {
        using var response = Answer(HttpStatusCode.Created, Order);
        response.Headers.TryAddWithoutValidation("Location", "/orders/7");
        response.Should().HaveStatus(HttpStatusCode.Created)
            .And.HaveHeader("location", "/orders/*").And.HaveHeader("Content-Type")
            .And.HaveJsonValue("lines[0].amount", 12.5).And.HaveJsonValue("note", null).And.HaveJsonValue("lines[1]", new { amount = 3.0 })
            .And.HaveJson("lines").Which.GetArrayLength().Should().Be(2);
    }

    [Fact]
    public void A_wrong_status_is_reported_with_request_and_body()
    {
        using var response = Answer(HttpStatusCode.Conflict, """{"error":"it is {taken}"}""");
        Failure(() => response.Should().HaveStatus(HttpStatusCode.Created, "orders are {0}", "new")).Should().Be("""
            Expected response to have status 201 (Created) because orders are new, but found 409 (Conflict).
            POST http://shop.test/orders?x={1} answered 409 Conflict, application/json; charset=utf-8:
              {"error":"it is {taken}"}
            """);
    }

    [Theory]
    [InlineData("lines[2].amount", "but lines is an array of 2, which has no [2].")]
    [InlineData("lines[0].price", "but lines[0] has no 'price', only amount.")]
    [InlineData("total", "but the body has no 'total', only id, lines, note.")]
    [InlineData("id.x", "but id is 7, which has no x.")]
    public void A_path_that_leads_nowhere_is_reported_with_how_far_it_led(string path, string expected)
    {
        using var response = Answer(HttpStatusCode.OK, Order);
        Failure(() => response.Should().HaveJson(path)).Should().Contain(expected).And.Contain("POST http://shop.test/orders");
        Failure(() => response.Should().HaveJsonValue(path, 1)).Should().Contain(expected);
    }

    [Fact]
    public void A_wrong_value_is_reported_beside_the_right_one()
    {
        using var response = Answer(HttpStatusCode.OK, Order);
        Failure(() => response.Should().HaveJsonValue("lines[1]", new { amount = 4 }))
            .Should().Contain("""to have {"amount":4} at 'lines[1]', but found {"amount":3}.""").And.Contain(Order);
        Failure(() => response.Should().HaveHeader("ETag")).Should().Contain("to have the header ETag: *, but there is none.");
        Failure(() => response.Should().HaveHeader("Content-Type", "text/*"))
            .Should().Contain("but found \"application/json; charset=utf-8\".");
    }

    [Fact]
    public void A_body_that_is_no_JSON_differs_from_a_missing_one_in_the_failure_and_a_long_one_is_cut()
    {
        using var text = Answer(HttpStatusCode.OK, new string('x', 600));
        Failure(() => text.Should().HaveJson("id")).Should().Contain("the body is no JSON").And.Contain("xxx… (100 more characters)");
        using var none = Answer(HttpStatusCode.OK, "");
        Failure(() => none.Should().HaveJson("id")).Should().Contain("the body is empty").And.Contain("(no body)");
        HttpResponseMessage? absent = null;
        Failure(() => absent.Should().HaveStatus(HttpStatusCode.OK)).Should().Contain("<null>");
    }

    [Fact]
    public void A_body_that_may_never_end_is_not_waited_for()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new EndlessStream()) };
        Failure(() => response.Should().HaveJson("id")).Should().Contain("was not read into memory").And.Contain("LoadIntoBufferAsync");
    }

    [Fact]
    public void Problem_details_that_are_right_pass_with_their_content()
    {
        using var response = Problem(HttpStatusCode.UnprocessableEntity,
            """{"title":"Not valid","status":422,"errors":{"amount":["must be positive"]}}""");
        response.Should().BeProblem(HttpStatusCode.UnprocessableEntity, title: "Not *", type: "about:blank").Which.Errors.Should()
            .ContainKey("amount");
        response.Should().HaveProblemError("amount", "*positive");
    }

    [Fact]
    public void Everything_wrong_with_problem_details_is_reported_at_once()
    {
        using var response = Answer(HttpStatusCode.Conflict, """{"title":"Taken","status":400,"type":"urn:taken"}""");
        Failure(() => response.Should().BeProblem(HttpStatusCode.NotFound, title: "Gone", type: "urn:gone")).Should().StartWith(
            """Expected response to be a problem 404, title "Gone", type "urn:gone", but the content type is application/json, """
                + """not application/problem+json; the status is 409; the member status is 400 and the answer's 409; """
                + """the title is "Taken"; the type is "urn:taken".""")
            .And.Contain("POST http://shop.test/orders");
    }

    [Fact]
    public void A_field_error_that_is_missing_or_other_is_reported_with_those_there_are()
    {
        using var response = Problem(HttpStatusCode.BadRequest, """{"errors":{"amount":["must be positive"]}}""");
        Failure(() => response.Should().HaveProblemError("currency"))
            .Should().Contain("to be a problem with the error currency: *, but its errors are of amount.");
        Failure(() => response.Should().HaveProblemError("amount", "*whole*"))
            .Should().Contain("""but its message is "must be positive".""");
        using var html = Problem(HttpStatusCode.BadGateway, "<html>");
        Failure(() => html.Should().BeProblem(HttpStatusCode.BadGateway)).Should().Contain("the body is no JSON");
    }

    private static string Failure(Action assertion) => assertion.Should().Throw<XunitException>().Which.Message;

    private static HttpResponseMessage Problem(HttpStatusCode status, string body) => Answer(status, body, "application/problem+json");

    private static HttpResponseMessage Answer(HttpStatusCode status, string body, string type = "application/json") => new(status)
    {
        Content = new StringContent(body, Encoding.UTF8, type),
        RequestMessage = new(HttpMethod.Post, "http://shop.test/orders?x={1}"),
    };

    /// <summary>A body that goes on for ever: reading it to the end never returns.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer) => buffer.Length;

        public override int Read(byte[] buffer, int offset, int count) => count;
    }
}
