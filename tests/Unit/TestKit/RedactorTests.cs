using System.Text;
using System.Text.Json;
using ChainBridge.TestKit.Diagnostics;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.TestKit;

public sealed class RedactorTests
{
    private static readonly Redactor Blind = new([]);

    [Theory]
    [InlineData("Host=db;Username=u;Password=hush hush;Database=x", "Host=db;Username=u;Password=***;Database=x")]
    [InlineData("Host=db;Password=\"a;b\";Database=x", "Host=db;Password=***;Database=x")]
    [InlineData("redis:6379,password=a-b=c,defaultDatabase=2", "redis:6379,password=***,defaultDatabase=2")]
    [InlineData("Server=s;Pwd=a,b&c;Database=x", "Server=s;Pwd=***;Database=x")]
    [InlineData("amqp://guest:hush@mq:5672/v", "amqp://guest:***@mq:5672/v")]
    [InlineData("redis://:hush@cache", "redis://:***@cache")]
    [InlineData("http://db:5432/path is no user", "http://db:5432/path is no user")]
    [InlineData("Authorization: Basic dXNlcjpwYXNz", "Authorization: ***")]
    [InlineData("curl -H 'authorization: Bearer abc.def-123'", "curl -H 'authorization: *** ***'")]
    [InlineData("sent Bearer abc.def-123 to it", "sent Bearer *** to it")]
    [InlineData("basic things", "basic things")]
    [InlineData("Cookie: a=b; c=d", "Cookie: ***")]
    [InlineData("{\"client_secret\":\"hu\\\"sh\",\"name\":\"n\"}", "{\"client_secret\":\"***\",\"name\":\"n\"}")]
    [InlineData("{\"token\": 12345, \"n\": 1}", "{\"token\": ***, \"n\": 1}")]
    [InlineData("GET /a?api_key=hush&page=2", "GET /a?api_key=***&page=2")]
    [InlineData("AWS_SECRET_ACCESS_KEY=hush", "AWS_SECRET_ACCESS_KEY=***")]
    [InlineData("password authentication failed", "password authentication failed")]
    [InlineData("id AKIAIOSFODNN7EXAMPLE", "id ***")]
    [InlineData("with ghp_0123456789abcdefghijABCDEFGHIJ012345", "with ***")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl!", "***!")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nrest", "***\nrest")]
    public void Text_that_looks_like_a_secret_is_masked_and_other_text_stays(string text, string expected) =>
        Blind.Redact(text).Should().Be(expected);

    [Theory]
    [InlineData('a')]
    [InlineData('.')]
    [InlineData(':')]
    [InlineData(' ')]
    [InlineData('=')]
    public void A_long_run_of_one_letter_is_searched_in_time(char letter)
    {
        var text = new string(letter, 300_000);
        Blind.Redact($"{text}\nPassword=hush; {text}").Should().Contain("\nPassword=***;").And.NotContain("left out");
    }

    [Theory]
    [InlineData("ALTER ROLE app PASSWORD 'hunter9999'")]
    [InlineData("CREATE USER app IDENTIFIED BY 'hunter9999'")]
    [InlineData("redis-server --requirepass hunter9999 --port 1")]
    [InlineData("tool --password hunter9999 run")]
    public void A_password_without_a_sign_before_it_is_masked(string text) =>
        new Redactor([]).Redact(text).Should().NotContain("hunter9999").And.Contain("***");

    [Theory]
    [InlineData("PWD", false)]
    [InlineData("OLDPWD", false)]
    [InlineData("DB_PWD", true)]
    public void The_shells_folder_is_no_secret(string name, bool secret) => Redactor.IsSecretName(name).Should().Be(secret);

    [Fact]
    public void A_known_value_is_masked_in_each_spelling_it_travels_in()
    {
        const string Value = "p&q \"r\" <s>/é";
        var redactor = new Redactor([Value]);
        foreach (var spelling in new[]
        {
            Value, Uri.EscapeDataString(Value), System.Net.WebUtility.UrlEncode(Value), JsonSerializer.Serialize(Value).Trim('"'),
            Convert.ToBase64String(Encoding.UTF8.GetBytes(Value))
        })
            redactor.Redact($"it was {spelling}.").Should().Be("it was ***.");
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("short")]
    [InlineData("")]
    public void A_word_of_every_text_is_not_taken_for_a_secret(string word) =>
        new Redactor([word]).Redact("postgres is short").Should().Be("postgres is short");

    [Theory]
    [InlineData("GITHUB_TOKEN", true)]
    [InlineData("Postgres:Password", true)]
    [InlineData("PGPASSWORD", true)]
    [InlineData("CHILD_API_KEY", true)]
    [InlineData("clientSecret", true)]
    [InlineData("PATH", false)]
    [InlineData("KEYBOARD", false)]
    [InlineData("ConnectionStrings:Main", false)]
    public void A_variable_holds_a_secret_by_its_name(string name, bool secret) => Redactor.IsSecretName(name).Should().Be(secret);

    [Fact]
    public void A_password_within_a_setting_is_known_everywhere_else() =>
        new Redactor(Redactor.ValuesOf([new("ConnectionStrings:Main", "Host=db;Password=hush-hush;Database=x"),
            new("Queue", "amqp://u:rabbit%2Fhole@mq")])).Redact("hush-hush and rabbit/hole").Should().Be("*** and ***");
}
