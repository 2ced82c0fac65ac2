using System.Text;
using ChainBridge.Engine.Secrets;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Secrets;

/// <summary>A secret is hidden in the forms in which programs print it.</summary>
public sealed class RedactorTests
{
    private const string Secret = "p4ss w/rd+of=the&shop";

    private readonly Redactor _redactor = new([Secret]);

    [Theory]
    [InlineData("")]
    [InlineData("u")]
    [InlineData("u:")]
    [InlineData("user:")]
    [InlineData("clerk:")]
    public void A_secret_in_base64_is_hidden_whatever_stands_before_and_behind_it(string before)
    {
        foreach (var behind in new[] { "", "!", "!!", "!!!" })
        {
            var text = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{before}{Secret}{behind}"));
            var hidden = _redactor.Hide($"Authorization: Basic {text}");
            hidden.Should().Contain("***").And.HaveLength("Authorization: Basic ".Length + text.Length - Middle(before), "only what others "
                + "decide too is left");
            _redactor.Hide(text.Replace('+', '-').Replace('/', '_')).Should().Contain("***");
        }

        static int Middle(string before) =>
            (before.Length + Secret.Length) * 8 / 6 - (before.Length * 8 + 5) / 6 - 3;
    }

    [Fact]
    public void A_secret_in_an_address_is_hidden() =>
        _redactor.Hide($"GET /login?password={Uri.EscapeDataString(Secret)}&x=1").Should().Be("GET /login?password=***&x=1");

    [Fact]
    public void A_short_secret_hides_no_encoded_form_of_itself() =>
        new Redactor(["abcd"]).Hide("YWJj YWJjZA==").Should().Be("YWJj YWJjZA==");

    [Fact]
    public void A_secret_that_is_learned_is_hidden_in_all_its_forms_too()
    {
        var redactor = new Redactor([]);
        redactor.Learn("one of many\nlines in a file");
        redactor.Hide("lines in a file, lines%20in%20a%20file").Should().Be("***, ***");
    }

    [Fact]
    public void The_file_of_any_variable_that_is_named_as_a_secret_is_read_and_its_place_is_shown()
    {
        var redactor = Redactor.FromEnvironment([new("LEDGER_PASSWORD_FILE", "/run/ledger"), new("OTHER_FILE", "/run/other")],
            path => path == "/run/ledger" ? "of-the-ledger\n" : "of-no-secret");
        redactor.Hide("/run/ledger has of-the-ledger, /run/other of-no-secret").Should().Be("/run/ledger has ***, /run/other of-no-secret");
    }

    [Fact]
    public void A_variable_that_only_looks_like_a_files_holds_the_secret_itself() =>
        Redactor.FromEnvironment([new("UPLOAD_TOKEN_FILE", "t0ken-for-files")], _ => null).Hide("t0ken-for-files").Should().Be("***");

    [Theory]
    [InlineData("GHCR_PAT", true)]
    [InlineData("GHCR_PAT_OF_ANN", true)]
    [InlineData("LD_LIBRARY_PATH", false)]
    [InlineData("Shop__ApiKey", true)]
    [InlineData("SHOP_API_KEY", true)]
    public void A_path_is_no_access_token(string name, bool secret) => Redactor.IsSecretName(name).Should().Be(secret);

    [Fact]
    public void A_pipe_is_left_to_what_needs_it()
    {
        SecretFile.Peek("/dev/zero").Should().BeNull();
        SecretFile.Peek("").Should().BeNull();
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "it");
        SecretFile.Peek(file).Should().Be("it");
        File.Delete(file);
    }
}
