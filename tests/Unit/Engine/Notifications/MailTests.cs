using System.Net.Security;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Notifications;
using FluentAssertions;
using MimeKit;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Notifications;

/// <summary>Mails over a socket, with and without TLS.</summary>
public sealed class MailTests
{
    private static readonly SecretName Password = new("SMTP_PASSWORD", "chainbridge.yml:9:1");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_holds_the_story_first_and_then_each_part()
    {
        await using var server = new SmtpServer();
        await Sender(server).SendAsync(SampleRuns.Ended(RunEnd.RolledBack, 11), Stop);
        var mail = server.Mails.Should().ContainSingle().Which;
        mail.From.Should().StartWith("MAIL FROM:<ci@example.org>");
        mail.To.Should().Equal("RCPT TO:<team@example.org>", "RCPT TO:<boss@example.org>");
        using var message = await MimeMessage.LoadAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(mail.Text)), Stop);
        message.Subject.Should().Be("[shop] staging: staging-20261126-f8b84e0 failed and was rolled back");
        message.From.ToString().Should().Contain("Deployments").And.Contain("ci@example.org");
        message.Headers["Auto-Submitted"].Should().Be("auto-generated");
        message.TextBody!.ReplaceLineEndings("\n").Should().Be("""
            staging: staging-20261126-f8b84e0 failed and was rolled back

            the gate failed; staging-A is serving again
            next: repair, deploy again

            ALERT smoke-longer-than: a smoke run took 61 s; the limit is 60 s
            warning: the lock could not be given back

            project     shop
            target      process on this machine
            verb        deploy
            version     staging-20261126-f8b84e0
            commit      0123456789abcdef0123456789abcdef01234567
            actor       ann@here
            exit code   11
            ended       2026-11-26 11:08:02Z, after 23.2 s
            deployment  20261126T110739-f00ba2
            environment https://staging.example.org/
            run         https://github.com/acme/shop/actions/runs/7

            changed since staging-A:
              f8b84e0 Pay in <euro> & cents

            gate smoke: fail, 4 passed, 1 failed

                1.1 s  smoke public  FAILED
                4.0 s  start slot blue

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task A_login_on_this_machine_needs_no_TLS()
    {
        await using var server = new SmtpServer();
        await Sender(server, user: "ci", password: "right").SendAsync(SampleRuns.Ended(RunEnd.Deployed), Stop);
        server.Mails.Should().ContainSingle().Which.User.Should().Be("ci");
    }

    [Fact]
    public async Task A_server_that_offers_STARTTLS_gets_the_login_and_the_mail_encrypted()
    {
        await using var server = new SmtpServer { OffersTls = true };
        await Sender(server, user: "ci", password: "right", trusts: true).SendAsync(SampleRuns.Ended(RunEnd.Deployed), Stop);
        server.Mails.Should().ContainSingle().Which.Should().Match<Mail>(mail => mail.Encrypted && mail.User == "ci");
    }

    [Fact]
    public async Task A_server_of_smtps_gets_everything_encrypted()
    {
        await using var server = new SmtpServer { TlsAtOnce = true };
        await Sender(server, tls: true, trusts: true).SendAsync(SampleRuns.Ended(RunEnd.Deployed), Stop);
        server.Mails.Should().ContainSingle().Which.Encrypted.Should().BeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_certificate_that_is_not_trusted_gets_no_mail(bool tlsAtOnce)
    {
        await using var server = new SmtpServer { OffersTls = !tlsAtOnce, TlsAtOnce = tlsAtOnce };
        var sender = Sender(server, tls: tlsAtOnce, user: "ci", password: "right");
        var sending = () => sender.SendAsync(SampleRuns.Ended(RunEnd.Deployed), Stop);
        await sending.Should().ThrowAsync<DeliveryException>().WithMessage("TLS failed*");
        server.Mails.Should().BeEmpty();
    }

    [Fact]
    public async Task A_server_that_is_busy_twice_gets_the_mail_once()
    {
        await using var server = new SmtpServer { Refuses = number => number < 3 ? "451 greylisted" : null };
        await Sender(server).SendAsync(SampleRuns.Ended(RunEnd.Deployed), Stop);
        (server.Tries, server.Mails.Count).Should().Be((3, 1));
    }

    [Fact]
    public async Task A_server_that_refuses_is_asked_once_and_its_words_are_kept()
    {
        await using var server = new SmtpServer { Refuses = _ => "550 no mail from there" };
        var sending = () => Sender(server).SendAsync(SampleRuns.Ended(RunEnd.Deployed), Stop);
        await sending.Should().ThrowAsync<DeliveryException>().WithMessage("the server answered 550: no mail from there");
        server.Tries.Should().Be(1);
    }

    [Fact]
    public async Task A_wrong_password_is_not_tried_again_and_not_shown()
    {
        await using var server = new SmtpServer();
        var sending = () => Sender(server, user: "ci", password: "wr0ng-passw0rd").SendAsync(SampleRuns.Ended(RunEnd.Deployed), Stop);
        (await sending.Should().ThrowAsync<DeliveryException>()).WithMessage("the server refused the login")
            .Which.ToString().Should().NotContain("wr0ng");
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_left_when_the_run_gives_up()
    {
        await using var server = new SmtpServer { Hangs = true };
        using var given = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var sending = Sender(server).SendAsync(SampleRuns.Ended(RunEnd.Deployed), given.Token);
        await given.CancelAsync();
        await FluentActions.Awaiting(() => sending).Should().ThrowAsync<OperationCanceledException>();
    }

    private static MailSender Sender(
        SmtpServer server, bool tls = false, string? user = null, string? password = null, bool trusts = false) =>
        new(new(["team@example.org", "boss@example.org"], "Deployments <ci@example.org>", "127.0.0.1", server.Port, tls, user,
            password is null ? null : Password), password, SampleRuns.Quick,
            trusts ? (_, certificate, _, errors) => errors != SslPolicyErrors.None && certificate!.Equals(server.Certificate) : null);
}
