using ChainBridge.Engine.Manifest;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Manifest;

public sealed class ManifestReaderTests
{
    private const string Good = """
        project: shop
        services:
          pay:
            image: shop/pay
          door:
            image: shop/door
            public: true
            dependsOn: [pay]
            environment: { Pay__Url: "${{ services.pay.url }}" }
        gates:
          smoke:
            probes:
              - path: /health
        environments:
          staging:
            target: process
        """;

    [Fact]
    public void Defaults_are_the_documented_ones()
    {
        var manifest = Read(Good).Manifest!;
        var pay = manifest.Services["pay"];
        (pay.Port, pay.Ready.HealthPath, pay.VersionPath, pay.Build.Context, pay.Public)
            .Should().Be((8080, "/health", "/version", ".", false));
        var staging = manifest.Environments["staging"];
        (staging.Retain, staging.Timeouts.Ready, staging.Timeouts.Drain)
            .Should().Be((5, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30)));
        var probe = manifest.Gates.Smoke.Probes.Single();
        (probe.Method, probe.Status, probe.Timeout, probe.VersionHeader)
            .Should().Be(("GET", 200, TimeSpan.FromSeconds(5), "X-ChainBridge-Version"));
        manifest.Alerts.Should()
            .Be(new AlertsSpec(TimeSpan.FromMinutes(15), 1_000_000_000, TimeSpan.FromSeconds(60), 0.10, TimeSpan.FromDays(7), 10));
        staging.StateDirectory.Should().Be("/somewhere/.chainbridge/staging");
    }

    [Fact]
    public void A_gate_sets_how_its_result_files_are_read_and_how_many_tests_may_be_flaky()
    {
        var smoke = Read(Good).Manifest!.Gates.Smoke;
        (smoke.MaxSkipped, smoke.MaxFlaky).Should().Be((0, int.MaxValue));
        var gate = Read(Good.Replace("      - path: /health", """
                  - path: /health
                maxFlaky: 2
                commands:
                  - { run: [ctest], results: "{results}/*.xml", format: junit }
                  - { run: [gotestsum], results: "{results}/*.xml", format: junit, reruns: true, counts: assertions }
            """)).Manifest!.Gates.Smoke;
        gate.MaxFlaky.Should().Be(2);
        gate.Commands.Select(command => (command.Reruns, command.Counts))
            .Should().Equal((false, ResultCounts.Tests), (true, ResultCounts.Assertions));
    }

    [Fact]
    public void The_documented_example_is_right_and_has_every_key()
    {
        var root = Repository.Root;
        var reading = ManifestReader.Read(Path.Combine(root, "docs/chainbridge-example.yml"), _ => null);
        reading.Problems.Should().BeEmpty();
        reading.Manifest!.Services.Keys.Should().BeEquivalentTo("chainiq", "chainpay", "gateway");
    }

    [Theory]
    [InlineData("    image: shop/pay", "    imagee: shop/pay", 4, "unknown key 'imagee'", "image")]
    [InlineData("target: process", "target: procces", 16, "'procces'", "process, compose, auto")]
    [InlineData("target: process", "target: ${NAME:-banana}", 16, "'banana', from ${NAME:-banana}", "process, compose, auto")]
    [InlineData("image: shop/pay", "image: [a, b]", 4, "a list", "a text")]
    [InlineData("public: true", "public: yes please", 7, "'yes please'", "true or false")]
    [InlineData("dependsOn: [pay]", "dependsOn: [pai]", 8, "'pai'", "pay")]
    [InlineData("dependsOn: [pay]", "dependsOn: [door]", 8, "door → door", "remove")]
    [InlineData("public: true", "port: 8081", 3, "no service is public", "doors: {")]
    [InlineData("services.pay.url", "services.pai.url", 9, "'services.pai.url'", "services.pay.url")]
    [InlineData("path: /health", "{ path: /health, timeout: 5 parsecs }", 13, "'5 parsecs'", "500ms")]
    [InlineData("path: /health", "{ path: /health, timeout: 60d }", 13, "'60d'", "at most 24d")]
    [InlineData("target: process", "{ target: process, readyTimeout: 25d }", 16, "'25d'", "at most 24d")]
    [InlineData("path: /health", "{ path: health }", 13, "does not begin", "/health")]
    [InlineData("target: process", "{ target: process, port: 70000 }", 16, "'70000'", "65535")]
    [InlineData("image: shop/pay", "image: ${SHOP_IMAGE}", 4, "SHOP_IMAGE is not set", "SHOP_IMAGE")]
    [InlineData("image: shop/pay", "image: ${SHOP_IMAGE", 4, "not closed", "${NAME}")]
    [InlineData("project: shop", "project: My Shop", 1, "'My Shop'", "lower-case")]
    [InlineData("project: shop", "project: shop\nproject: two", 2, "'project'", "line 1")]
    [InlineData("target: process", "target: compose", 16, "no composeFile", "composeFile")]
    public void A_problem_names_its_place_and_a_hint(string good, string bad, int line, string message, string hint)
    {
        var problem = Read(Good.Replace(good, bad, StringComparison.Ordinal))
            .Problems.Should().ContainSingle(problem => problem.Message.Contains(message)).Subject;
        problem.Line.Should().Be(line);
        problem.Column.Should().BePositive();
        problem.Hint.Should().Contain(hint);
        problem.ToString().Should().StartWith($"shop.yml:{line}:{problem.Column}: ");
    }

    [Fact]
    public void Every_problem_is_found_in_one_pass()
    {
        var text =
            Good.Replace("    image: shop/pay", "    imagee: shop/pay\n    public: true\n    dependsOn: [door, absent]",
                StringComparison.Ordinal)
                .Replace("target: process", "target: ${TARGET}\n    retain: many", StringComparison.Ordinal)
                + "\nalerts: { deploymentLongerThan: soon, imageLargerThan: big }\nextra: 1\n";
        var problems = Read(text).Problems;
        problems.Select(problem => problem.Message).Should().Contain(message => message.Contains("imagee"))
            .And.Contain(message => message.Contains("lacks 'image'"))
            .And.Contain(message => message.Contains("second public service"))
            .And.Contain(message => message.Contains("'absent'"))
            .And.Contain(message => message.Contains("→"))
            .And.Contain(message => message.Contains("TARGET"))
            .And.Contain(message => message.Contains("'many'"))
            .And.Contain(message => message.Contains("'soon'"))
            .And.Contain(message => message.Contains("'big'"))
            .And.Contain(message => message.Contains("'extra'"));
        problems.Should().BeInAscendingOrder(problem => problem.Line);
    }

    [Fact]
    public void A_smoke_gate_of_commands_alone_would_not_see_the_wrong_version_and_is_refused()
    {
        var text = Good.Replace("probes:\n      - path: /health",
            "commands:\n      - { run: [smoke], results: \"{results}/*.trx\", format: trx }", StringComparison.Ordinal);
        Read(text).Problems.Should().ContainSingle().Which.Message.Should().Contain("no probe of this gate asks for the version");
    }

    [Theory]
    [InlineData("{ run: [\"\", a], results: \"{results}/*\", format: trx }", "names no program")]
    [InlineData("{ run: [a], results: \" \", format: trx }", "names no file")]
    public void A_command_that_could_never_run_or_never_be_believed_is_refused(string command, string message) =>
        Read(Good.Replace("probes:\n", $"commands:\n      - {command}\n    probes:\n", StringComparison.Ordinal))
            .Problems.Should().ContainSingle().Which.Message.Should().Contain(message);

    [Theory]
    [InlineData(9, 10, "more than 1000000 values")]
    [InlineData(5000, 1, "nested deeper")]
    public void Aliases_that_expand_beyond_any_real_file_are_refused(int lines, int each, string message)
    {
        var aliases = Enumerable.Range(1, lines)
            .Select(line => $"x-{line}: &a{line} [{string.Join(", ", Enumerable.Repeat($"*a{line - 1}", each))}]");
        Read($"x-0: &a0 [1]\n{string.Join('\n', aliases)}\n{Good}")
            .Problems.Should().ContainSingle().Which.Message.Should().Contain(message);
    }

    [Fact]
    public void A_long_circle_of_dependencies_is_named_whole()
    {
        var text = Good.Replace("image: shop/pay", "image: shop/pay\n    dependsOn: [door]", StringComparison.Ordinal);
        Read(text).Problems.Should().ContainSingle().Which.Message.Should().Contain("pay → door → pay");
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("# only a comment", "empty")]
    [InlineData("- a\n- b", "no mapping")]
    [InlineData("project: [unclosed", "not YAML")]
    [InlineData("a: *absent", "not YAML")]
    [InlineData("project: x\n---\nproject: y", "not YAML")]
    public void A_file_that_is_no_manifest_is_refused(string text, string message) =>
        Read(text).Problems.Should().Contain(problem => problem.Message.Contains(message));

    [Fact]
    public void A_missing_file_is_a_problem_and_no_exception() =>
        ManifestReader.Read("/nowhere/chainbridge.yml", _ => null)
            .Problems.Should().ContainSingle().Which.Message.Should().Contain("no file");

    [Fact]
    public void A_folder_in_place_of_the_file_is_a_problem_and_no_exception() =>
        ManifestReader.Read(Path.GetTempPath(), _ => null).Problems.Should().ContainSingle();

    [Fact]
    public void Probes_send_the_host_of_the_public_service_unless_they_name_one()
    {
        var reading = Read(Good.Replace("public: true", "public: true\n    host: shop.example.com", StringComparison.Ordinal)
            .Replace("- path: /health", "- path: /health\n      - { path: /admin, host: 'admin.example.com:8443' }",
                StringComparison.Ordinal));
        reading.Problems.Should().BeEmpty();
        reading.Manifest!.Services["door"].Host.Should().Be("shop.example.com");
        reading.Manifest.Gates.Smoke.Probes.Select(probe => probe.Host).Should().Equal("shop.example.com", "admin.example.com:8443");
    }

    [Theory]
    [InlineData("http://shop.example.com")]
    [InlineData("shop.example.com/health")]
    [InlineData("shop example")]
    [InlineData("ann@shop.example.com")]
    public void A_host_that_no_request_could_carry_is_a_problem(string host) =>
        Read(Good.Replace("public: true", $"public: true\n    host: '{host}'", StringComparison.Ordinal)).Problems.Should().ContainSingle()
            .Which.Should().Match<ManifestProblem>(problem => problem.Line == 8 && problem.Message.Contains("no host name"));

    [Theory]
    [InlineData("${WHO:-bob}", null, "shop/bob")]
    [InlineData("${WHO:-bob}", "", "shop/bob")]
    [InlineData("${WHO:-bob}", "ann", "shop/ann")]
    [InlineData("${WHO}", "ann", "shop/ann")]
    public void Variables_expand_with_their_defaults(string written, string? value, string expected)
    {
        var reading = ManifestReader.Parse(Good.Replace("image: shop/pay", $"image: shop/{written}", StringComparison.Ordinal), "shop.yml",
            "/somewhere/shop.yml", name => name == "WHO" ? value : null);
        reading.Manifest!.Services["pay"].Build.Image.Should().Be(expected);
    }

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("5s", 5)]
    [InlineData("15m", 900)]
    [InlineData("24h", 86400)]
    [InlineData("7d", 604800)]
    public void Durations_read_as_written(string text, double seconds) =>
        Quantities.Duration(text).Should().Be(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("5 s")]
    [InlineData("99999999999d")]
    public void A_text_that_is_no_duration_is_refused(string text) => Quantities.Duration(text).Should().BeNull();

    [Theory]
    [InlineData("200KB", 200_000L)]
    [InlineData("1.5GB", 1_500_000_000L)]
    public void Sizes_read_as_written(string text, long bytes) => Quantities.Size(text).Should().Be(bytes);

    private static ManifestReading Read(string text) => ManifestReader.Parse(text, "shop.yml", "/somewhere/shop.yml", _ => null);
}
