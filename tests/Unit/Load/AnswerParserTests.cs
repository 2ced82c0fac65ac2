using System.Text;
using ChainBridge.TestKit.Load;
using ChainBridge.TestKit.Load.Http;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>HTTP/1.1 answers, whole and in pieces, and what is none.</summary>
public sealed class AnswerParserTests
{
    private const string Length = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\ncontent-length:  5 \r\n\r\nhello";
    private const string Chunks =
        "HTTP/1.1 201 Created\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n5;x=1\r\nhello\r\nA\r\n0123456789\r\n0\r\nX-After: y\r\n\r\n";
    private const string Continued =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";

    [Theory]
    [InlineData(Length, 200, 5, true)]
    [InlineData(Chunks, 201, 15, true)]
    [InlineData(Continued, 204, 0, true)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n", 304, 0, true)]
    [InlineData("HTTP/1.1 503 Busy\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 503, 0, false)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, 2, false)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", 200, 2, true)]
    public void An_answer_is_read_alike_whole_and_in_pieces_of_every_size(string text, int status, long bytes, bool keepsAlive)
    {
        for (var piece = 1; piece <= text.Length; piece++)
        {
            var answer = new AnswerParser();
            answer.Begin(bodyless: false);
            Feed(answer, text, piece).Should().BeEmpty();
            (answer.IsDone, answer.Status, answer.Bytes, answer.KeepsAlive).Should().Be((true, status, bytes, keepsAlive));
        }
    }

    [Fact]
    public void An_answer_to_HEAD_has_no_body_whatever_its_length_says()
    {
        var answer = new AnswerParser();
        answer.Begin(bodyless: true);
        Feed(answer, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", 100);
        (answer.IsDone, answer.Bytes).Should().Be((true, 0));
    }

    [Fact]
    public void An_answer_without_a_length_ends_with_its_connection()
    {
        var answer = new AnswerParser();
        answer.Begin(bodyless: false);
        Feed(answer, "HTTP/1.1 200 OK\r\n\r\nall of this", 7);
        answer.IsDone.Should().BeFalse();
        answer.Closed();
        (answer.IsDone, answer.Bytes, answer.KeepsAlive).Should().Be((true, 11, false));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")]
    public void An_answer_that_is_cut_off_is_told(string text)
    {
        var answer = new AnswerParser();
        answer.Begin(bodyless: false);
        Feed(answer, text, 10);
        FailureKindOf(answer.Closed).Should().Be("the answer was cut off");
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n")]
    [InlineData("HTTP/1.1 abc\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n")]
    public void A_text_that_is_no_HTTP_is_told(string text)
    {
        var answer = new AnswerParser();
        answer.Begin(bodyless: false);
        FailureKindOf(() => Feed(answer, text, 1000)).Should().Be("no HTTP answer");
    }

    [Fact]
    public void A_request_is_written_with_its_places_filled_and_its_length()
    {
        var http = new LoadHttp(new(), new("http://shop.test:8080/base/"));
        var step = new PreparedStep(new HttpStep("buy", "items?q=a b&n=${n}")
        {
            Method = "post", Body = "{\"n\":${n},\"é\":1}", Headers = new Dictionary<string, string> { ["X-User"] = "${user}" },
        }, http);
        var user = new LoadUser(3, null!, http);
        user.Begins(null!, 42, TimeSpan.Zero);
        Encoding.UTF8.GetString(step.Message(user, null).Span).Should().Be(
            "POST /base/items?q=a%20b&n=42 HTTP/1.1\r\nHost: shop.test:8080\r\nX-User: 3\r\nContent-Length: 15\r\n\r\n{\"n\":42,\"é\":1}");
    }

    private static string FailureKindOf(Action act)
    {
        try
        {
            act();
            return "nothing";
        }
        catch (Exception failure)
        {
            return ChainBridge.TestKit.Load.Scenarios.FailureKind.Of(failure);
        }
    }

    /// <summary>As a connection does it: what was not used is given again, with more.</summary>
    private static string Feed(AnswerParser answer, string text, int piece)
    {
        var (bytes, held) = (Encoding.ASCII.GetBytes(text), new List<byte>());
        for (var at = 0; at < bytes.Length; at += piece)
        {
            held.AddRange(bytes[at..Math.Min(bytes.Length, at + piece)]);
            held.RemoveRange(0, answer.Feed(held.ToArray()));
        }

        return Encoding.ASCII.GetString([.. held]);
    }
}
