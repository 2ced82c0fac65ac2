using ChainBridge.Engine.Manifest;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Manifest;

/// <summary>
/// What would keep two releases from standing beside each other is found before anything is touched, wherever the
/// team's files bring it from.
/// </summary>
public sealed class TeamComposeFileTests : IDisposable
{
    private readonly TeamFiles _files = new("api", "worker");

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Ports_without_a_fixed_number_outside_are_right() => Check("""
        services:
          api:
            image: ${API_IMAGE:?set by the runner}
            ports: ["8080", 9090, "127.0.0.1::8081", "[::1]::8082", "8000-8010:80", { target: 8083, published: "0" }, "9000-9001"]
          worker: { image: w }
        """).Should().BeEmpty();

    [Theory]
    [InlineData("- 80:8080", "80")]
    [InlineData("- \"127.0.0.1:80:8080/udp\"", "80")]
    [InlineData("- \"[::1]:8081:80\"", "8081")]
    [InlineData("- \"[fe80::1]:8081:80/tcp\"", "8081")]
    [InlineData("- { target: 80, published: 8082, host_ip: \"::1\" }", "8082")]
    [InlineData("- \"${DOOR:-8083}:80\"", "8083")]
    [InlineData("- \"9000-9000:9000-9000\"", "9000")]
    public void A_fixed_port_is_found_in_every_way_to_write_it(string port, string published) =>
        Check($"services:\n  api:\n    image: a\n    ports:\n      {port}\n  worker: {{ image: w }}\n")
            .Should().ContainSingle().Which.Should().StartWith("compose.yml:5:9: api publishes a fixed port").And.Contain($"({published})");

    [Fact]
    public void A_fixed_port_that_comes_by_extends_is_named_where_it_is_written() => Check("""
        services:
          base:
            image: scratch
            ports:
              - "8088:8080"
          api:
            extends:
              service: base
            image: ${API_IMAGE:?set by the runner}
          worker: { image: w }
        """).Should().ContainSingle().Which.Should().StartWith("compose.yml:5:9: api publishes a fixed port");

    [Fact]
    public void A_fixed_port_that_comes_by_an_anchor_and_a_merge_is_named_where_it_is_written() => Check("""
        x-door: &door
          ports: ["8088:8080"]
        x-quiet: &quiet
          restart: always
        services:
          api:
            <<: [*quiet, *door]
            image: a
          worker: { image: w }
        """).Should().ContainSingle().Which.Should().StartWith("compose.yml:2:11: api publishes a fixed port");

    [Fact]
    public void Files_that_are_extended_or_included_are_read_from_their_own_folder()
    {
        _files
            .Write("parts/base.yml", "services:\n  web:\n    extends: deeper\n    container_name: web\n  deeper:\n    network_mode: host\n"
                + "    env_file: near.env\n").Write("parts/near.env", "")
            .Write("more/worker.yml", "services:\n  worker:\n    image: w\n    privileged: true\n");
        Check(
            "include:\n  - path: [more/worker.yml]\nservices:\n  api:\n    extends: { file: parts/base.yml, service: web }\n    image: a\n")
            .Should().SatisfyRespectively(
                first => first.Should().StartWith("more/worker.yml:4:17: worker is privileged"),
                second => second.Should().StartWith("parts/base.yml:4:21: api has a container_name"),
                third => third.Should().StartWith("parts/base.yml:6:19: api uses the host's network"));
    }

    [Fact]
    public void A_port_that_is_reset_or_overridden_is_gone() => Check("""
        services:
          base: { image: b, ports: ["80:80"], container_name: b }
          api: { extends: base, image: a, ports: !reset [], container_name: !reset null }
          worker: { extends: base, image: w, ports: !override ["80"], container_name: !reset null }
        """).Should().BeEmpty();

    [Theory]
    [InlineData("profiles: [debug]", "api has profiles (debug)")]
    [InlineData("scale: 2", "api has scale 2")]
    [InlineData("deploy: { replicas: 3 }", "api has deploy.replicas 3")]
    [InlineData("privileged: true", "api is privileged")]
    [InlineData("build: elsewhere", "its context is another folder")]
    [InlineData("build: { context: ., dockerfile: Other }", "its dockerfile is another file")]
    [InlineData("build: { context: ., target: slim }", "the manifest has no target")]
    [InlineData("build: { context: ., args: { A: b } }", "the manifest's buildArgs have another A")]
    [InlineData("network_mode: none", "keeps it out of the slot's network")]
    [InlineData("networks: { back: { ipv4_address: 10.0.0.2 } }", "fixed address 10.0.0.2")]
    [InlineData("depends_on: [queue]", "api waits for queue, which is neither a service nor an accessory")]
    [InlineData("depends_on: [cache]", "api waits for cache, which this file does not have")]
    [InlineData("depends_on: { worker: { condition: service_completed_successfully } }", "api waits for the end of worker")]
    [InlineData("depends_on: { job: { condition: service_completed_successfully } }",
        "job runs once and others wait for its end, but restart: always")]
    [InlineData("env_file: missing.env", "there is no file")]
    [InlineData("extends: absent", "api extends 'absent'")]
    [InlineData("extends: api", "api extends itself")]
    [InlineData("secrets: [key]", "the secret key comes from a variable")]
    [InlineData("networks: [fixed]", "the network fixed has the fixed name lan")]
    [InlineData("networks: [ranged]", "the network ranged has an address range")]
    public void A_key_that_a_slot_cannot_honour_is_refused_with_its_place(string key, string message) =>
        Check($"services:\n  api:\n    image: a\n    {key}\n  worker: {{ image: w }}\n  job: {{ image: j, restart: always }}\n"
            + "  queue: { image: q }\nnetworks: { back: , fixed: { name: lan }, ranged: { ipam: { config: [ { subnet: "
            + "10.9.0.0/24 } ] } } }\nsecrets: { key: { environment: KEY } }\n")
            .Should().ContainSingle().Which.Should().MatchRegex("^compose.yml:[0-9]+:[0-9]+: ").And.Contain(message);

    [Fact]
    public void A_one_shot_service_that_waits_for_a_service_is_refused_where_services_are_replaced_one_by_one()
    {
        const string text = "services:\n  api:\n    image: a\n    depends_on: { seed: { condition: service_completed_successfully } }\n"
            + "  worker: { image: w }\n  seed: { image: \"shop/api:latest\", depends_on: [worker] }\n";
        Check(text).Should().BeEmpty();
        var manifest = Path.Combine(_files.Root, "chainbridge.yml");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("composeFile: compose.yml",
            "composeFile: compose.yml, strategy: rolling", StringComparison.Ordinal));
        Check(text).Should().ContainSingle().Which.Should().StartWith("compose.yml:6:").And.Contain("seed runs once and waits for worker");
    }

    [Fact]
    public void A_build_that_agrees_with_the_manifest_is_right() =>
        Check("services:\n  api: { image: a, build: { context: ./ , dockerfile: ./Dockerfile } }\n  worker: { build: . }\n")
            .Should().BeEmpty();

    [Fact]
    public void A_one_shot_service_with_the_image_or_the_build_of_a_service_is_right()
    {
        Check("services:\n  seed: { build: ., command: [seed], restart: \"no\" }\n"
            + "  migrate: { image: \"shop/api:latest\", depends_on: { seed: { condition: service_completed_successfully } } }\n"
            + "  api: { image: a, depends_on: { migrate: { condition: service_completed_successfully }, cache: { condition: "
            + "service_healthy } } }\n  worker: { image: w }\n  cache: { image: redis }\n").Should().BeEmpty();
        Check("services:\n  seed: { build: ./seed }\n"
            + "  api: { image: a, depends_on: { seed: { condition: service_completed_successfully } } }\n  worker: { image: w }\n")
            .Should().ContainSingle().Which.Should().Contain("the runner builds only what the manifest names");
    }

    [Fact]
    public void A_required_variable_is_refused_unless_it_is_an_image_of_the_manifest_or_set()
    {
        const string text = "services:\n  api: { image: \"${API_IMAGE:?set by the runner}\" }\n  worker: { image: w }\n"
            + "  mail: { image: \"${MAIL_IMAGE:?set by the runner}\" }\n  other: { image: \"${TAG?name it}\" }\n";
        Check(text).Should().SatisfyRespectively(
            first =>
                first.Should().StartWith("compose.yml:4:18: the variable MAIL_IMAGE is required here and has no value (set by the runner)"),
            second => second.Should().StartWith("compose.yml:5:19: the variable TAG is required here and has no value (name it)"));
        _files.Variables["MAIL_IMAGE"] = "mail";
        _files.Write(".env", "# what the team sets\nexport TAG='one'\n");
        Check(text).Should().BeEmpty();
    }

    [Theory]
    [InlineData("services: [")]
    [InlineData("volumes: {}")]
    [InlineData("")]
    public void A_file_without_services_is_a_problem_and_no_crash(string text) =>
        Check(text).Should().ContainSingle().Which.Should().MatchRegex("^compose.yml:[1-9]");

    [Fact]
    public void A_compose_file_that_is_not_there_is_a_problem() =>
        _files.Problems().Should().ContainSingle().Which.Should().Contain("the compose file cannot be read");

    [Fact]
    public void A_service_that_the_manifest_does_not_have_may_be_anything_and_is_a_warning()
    {
        Check("services:\n  api: { image: a, restart: always }\n  worker: { image: w, volumes: [\"./conf:/conf\"], restart: always }\n"
            + "  other: { image: other, container_name: other, ports: [\"80:80\"] }\n").Should().BeEmpty();
        _files.Warnings().Should().SatisfyRespectively(first => first.Should().StartWith("compose.yml:4:10: other is not in the manifest"),
            second => second.Should().StartWith("compose.yml:3:33: worker mounts ./conf of this machine"));
    }

    [Theory]
    [InlineData("", "", "compose.yml:2:8: api, worker stay down after an end, and after a boot of the host")]
    [InlineData(", restart: always", ", restart: on-failure", "compose.yml:3:11: worker stays down after an end")]
    [InlineData(", restart: unless-stopped", ", deploy: { restart_policy: { condition: any } }", null)]
    public void Services_that_no_boot_brings_back_are_one_warning(string api, string worker, string? warning)
    {
        Check($"services:\n  api: {{ image: a{api} }}\n  worker: {{ image: w{worker} }}\n").Should().BeEmpty();
        if (warning is null) _files.Warnings().Should().BeEmpty();
        else _files.Warnings().Should().ContainSingle().Which.Should().StartWith(warning);
    }

    [Fact]
    public void A_service_of_the_manifest_that_the_file_lacks_is_named() =>
        Check("services:\n  api: { image: a }\n")
            .Should().ContainSingle().Which.Should().StartWith("compose.yml:2:3: the service 'worker' of the manifest is not in this file");

    [Fact]
    public void Compose_has_the_last_word_and_its_findings_are_shown_where_they_are_written()
    {
        _files.Write("compose.yml", "services:\n  api:\n    image: a\n    ports: [\"80:80\"]\n  worker: { image: w, scale: 2 }\n");
        // Compose knows a port more (e.g. from a file that is not on this machine), and that there is one worker only.
        _files
            .Problems(
                """
                {"services":{"api":{"image":"a","ports":[{"target":80,"published":"80"},{"target":81,"published":"81"}]},
                "worker":{"image":"w"}}}
                """)
            .Should().SatisfyRespectively(
                service => service.Should().StartWith("compose.yml:3:5: api publishes a fixed port of this machine (81)"),
                port => port.Should().StartWith("compose.yml:4:13: api publishes a fixed port of this machine (80)"));
    }

    [Fact]
    public void A_file_that_only_Compose_refuses_is_shown_at_the_service_it_names()
    {
        _files.Write("compose.yml", "services:\n  api: { image: a, resstart: always }\n  worker: { image: w }\n");
        _files.Shown(_files.Read().Refused("validating compose.yml: services.api.resstart is not allowed").Problems)
            .Should().ContainSingle().Which.Should().StartWith("compose.yml:2:8: Docker Compose refuses this: ");
    }

    [Fact]
    public void A_Dockerfile_that_the_manifest_names_must_be_there()
    {
        _files.Write("chainbridge.yml", File.ReadAllText(Path.Combine(_files.Root, "chainbridge.yml"))
            .Replace("shop/worker", "shop/worker, dockerfile: worker/Dockerfile", StringComparison.Ordinal));
        ManifestReader.Read(Path.Combine(_files.Root, "chainbridge.yml"), _ => null).Problems.Should().ContainSingle().Which.ToString()
            .Should().Contain("chainbridge.yml:4:45: there is no Dockerfile worker/Dockerfile for worker");
        _files.Write("worker/Dockerfile", "FROM scratch");
        ManifestReader.Read(Path.Combine(_files.Root, "chainbridge.yml"), _ => null).Problems.Should().BeEmpty();
    }

    private IReadOnlyList<string> Check(string text) => _files.Write("compose.yml", text).Problems();
}
