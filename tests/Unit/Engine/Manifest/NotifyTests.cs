using ChainBridge.Engine.Manifest;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Manifest;

/// <summary>The entries of <c>notify</c>.</summary>
public sealed class NotifyTests
{
    private const string Base = """
        project: shop
        services: { api: { image: shop/api, port: 80, public: true } }
        gates: { smoke: { probes: [{ path: / }] } }
        environments: { staging: { target: process, url: https://staging.example.org } }
        """;

    private const string All = """
        notify:
          - { webhook: "https://hooks.example.org/d?a=1", secret: HOOK_SECRET, on: [deployed, rolled-back], environments: [staging] }
          - { webhook: "${HOOK_URL}", secret: "${HOOK_SECRET}" }
          - { slack: "${SLACK_WEBHOOK}" }
          - mail:
              to: [team@example.org]
              from: CI <ci@example.org>
              server: smtp://ci%40x@mail.example.org:2525
              password: SMTP_PASSWORD
          - { mail: { to: [team@example.org], from: ci@example.org, server: smtps://mail.example.org } }
          - { github: { repository: acme/shop, api: https://github.example.org/api/v3, token: GH } }
          - { github: { repository: acme/shop } }
        """;

    [Fact]
    public void Every_kind_of_entry_is_read_and_secrets_stay_names()
    {
        var reading = Read($"{Base}\n{All}");
        reading.Problems.Should().BeEmpty();
        reading.Manifest!.Environments["staging"].Url.Should().Be(new Uri("https://staging.example.org"));
        var notify = reading.Manifest.Notify;
        var hook = notify[0].Should().BeOfType<WebhookSpec>().Which;
        (hook.Address, hook.AddressFrom, hook.Key)
            .Should().Be((new Uri("https://hooks.example.org/d?a=1"), (SecretName?)null,
                new SecretName("HOOK_SECRET", "chainbridge.yml:6:59")));
        hook.On.Should().Equal(RunEnd.Deployed, RunEnd.RolledBack);
        hook.Environments.Should().Equal("staging");
        notify[1].Should().BeOfType<WebhookSpec>().Which.Should()
            .Match<WebhookSpec>(other => other.Address == null && other.AddressFrom!.Variable == "HOOK_URL" && other.On.Count == 0);
        notify[1].Secrets.Select(secret => secret.Variable).Should().Equal("HOOK_URL", "HOOK_SECRET");
        notify[2].Should().BeOfType<SlackSpec>().Which.Address.Should().Be(new SecretName("SLACK_WEBHOOK", "chainbridge.yml:8:14"));
        var mail = notify[3].Should().BeOfType<MailSpec>().Which;
        (mail.To.Single(), mail.From, mail.Server, mail.Port, mail.Tls, mail.User, mail.Password!.Variable).Should().Be(
            ("team@example.org", "CI <ci@example.org>", "mail.example.org", 2525, false, "ci@x", "SMTP_PASSWORD"));
        var plain = notify[4].Should().BeOfType<MailSpec>().Which;
        (plain.Port, plain.Tls, plain.User, plain.Password).Should().Be((465, true, (string?)null, (SecretName?)null));
        Hub(notify[5]).Should().Be(("acme", "shop", "https://github.example.org/api/v3/", "GH"));
        Hub(notify[6]).Should().Be(("acme", "shop", "https://api.github.com/", "GITHUB_TOKEN"));
    }

    [Theory]
    [InlineData("slck: SLACK_WEBHOOK", "unknown key 'slck' in notify[0]", "did you mean 'slack'?")]
    [InlineData("on: [deployed]", "names no place to send to", "write one of webhook, slack, mail, github")]
    [InlineData("slack: A, github: { repository: a/b }", "names slack and github", "an entry of its own")]
    [InlineData("slack: A, secret: B", "secret signs what a webhook gets, and there is none", "take it out")]
    [InlineData("slack: A, on: [deploied]", "'deploied' is no end of a run", "did you mean 'deployed'?")]
    [InlineData("slack: A, environments: [stagin]", "there is no environment 'stagin'", "did you mean 'staging'?")]
    [InlineData("github: { repository: a/b }, on: [failed]", "the status of a commit follows every run", "take on:")]
    [InlineData("github: { repository: shop }", "'shop' is no repository", "owner/name")]
    [InlineData("webhook: https://h.example.org", "notify[0] lacks 'secret'", "add secret:")]
    [InlineData("mail: { to: [a@b], from: c@d, server: mail.example.org }", "no mail server", "smtp://")]
    [InlineData("mail: { to: [a], from: c@d, server: smtp://m }", "'a' is no mail address", "name@example.org")]
    [InlineData("mail: { to: [], from: c@d, server: smtp://m }", "the list is empty", "to: [team@example.org]")]
    [InlineData("mail: { to: [a@b], from: c@d, server: smtp://ci@m }", "needs both a user and a password", "or neither")]
    [InlineData("mail: { to: [a@b], from: c@d, server: smtp://m, password: P }", "needs both", "or neither")]
    public void An_entry_that_is_wrong_is_a_problem_with_its_place_and_what_to_write(string wrong, string message, string hint)
    {
        Read($"{Base}\nnotify: [{{ slack: SLACK_WEBHOOK }}]").Problems.Should().BeEmpty();
        Read($"{Base}\nnotify: [{{ {wrong} }}]").Problems.Select(problem => problem.ToString())
            .Should().Contain(problem => problem.StartsWith("chainbridge.yml:5:", StringComparison.Ordinal)
                && problem.Contains(message, StringComparison.Ordinal) && problem.Contains(hint, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("slack: https://hooks.example.org/services/t0ps3cret")]
    [InlineData("webhook: https://h.example.org, secret: t0ps3cret")]
    [InlineData("webhook: https://ann:t0ps3cret@h.example.org, secret: A")]
    [InlineData("webhook: t0ps3cret, secret: A")]
    [InlineData("mail: { to: [a@b], from: c@d, server: smtp://ci:t0ps3cret@mail.example.org }")]
    [InlineData("mail: { to: [a@b], from: c@d, server: smtp://ci@mail.example.org, password: t0ps3cret }")]
    [InlineData("github: { repository: a/b, token: t0ps3cret }")]
    [InlineData("slack: ${SLACK:-https://hooks.example.org/t0ps3cret}")]
    public void A_secret_that_is_written_in_the_manifest_is_refused_and_not_repeated(string entry)
    {
        var problems = Read($"{Base}\nnotify: [{{ {entry} }}]".Replace("${SLACK:-https://hooks.example.org/t0ps3cret}",
            "\"${SLACK:-https://hooks.example.org/t0ps3cret}\"", StringComparison.Ordinal)).Problems;
        problems.Should().NotBeEmpty();
        string.Join('\n', problems).Should().NotContain("t0ps3cret");
    }

    [Fact]
    public void A_secret_comes_from_its_variable_or_from_the_file_that_is_named_beside_it()
    {
        var name = new SecretName("HOOK_SECRET", "chainbridge.yml:5:10");
        name.Read(variable => variable == "HOOK_SECRET" ? "given" : "elsewhere", _ => "in a file").Should().Be("given");
        name.Read(variable => variable == "HOOK_SECRET_FILE" ? "/run/secrets/hook" : null,
            file => file == "/run/secrets/hook" ? "in a file\n" : null).Should().Be("in a file");
        name.Read(_ => null, _ => "no file is named").Should().BeNull();
        name.Read(_ => "", _ => null).Should().BeNull();
        name.Missing.Should().StartWith("chainbridge.yml:5:10: neither HOOK_SECRET nor HOOK_SECRET_FILE is set");
    }

    private static (string, string, string, string) Hub(NotifySpec spec) => spec is GitHubSpec hub
        ? (hub.Owner, hub.Repository, hub.Api.AbsoluteUri, hub.Token.Variable)
        : throw new InvalidOperationException($"{spec} is for something else");

    private static ManifestReading Read(string text) =>
        ManifestReader.Parse(text, "chainbridge.yml", "/somewhere/chainbridge.yml", _ => null);
}
