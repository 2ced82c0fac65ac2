using System.Text.Json.Nodes;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Engine.Secrets;
using ChainBridge.Tests.Unit.Engine.Manifest;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Compose;

/// <summary>What a release keeps of its compose file, and the file of a slot that is made from it.</summary>
public sealed class RecordedProjectTests : IDisposable
{
    private readonly TeamFiles _files = new("pay", "pay-desk");
    private readonly Redactor _redactor = new(["known-secret"]);

    public void Dispose() => _files.Dispose();

    private string Resolved => """
        {"name":"n","x-any":{"A":"kept-out"},
         "services":{
          "pay":{"image":"chainbridge-image/pay","build":{"context":"/x"},"profiles":["p"],"x-mine":1,
            "command":["run","--key","known-secret$$"],
            "depends_on":{"migrate":{"condition":"service_completed_successfully","required":true}},
            "environment":{"GREETING":"5$$","API_TOKEN":"only-in-the-file","URL":"http://u:known-secret@x",
              "SELF":"chainbridge-image/pay-desk","THROUGH":null},
            "configs":[{"source":"page"}],"networks":{"back":null,"lan":{"aliases":["till"]}},
            "volumes":[{"type":"volume","source":"kept","target":"/k"},{"type":"volume","source":"own","target":"/o"},
              {"type":"volume","source":"theirs","target":"/t"}]},
          "pay-desk":{"image":"chainbridge-image/pay-desk","networks":{"default":null}},
          "migrate":{"image":"shop/pay:latest","restart":"no","networks":{"default":null},
            "depends_on":{"fetch":{"condition":"service_completed_successfully","required":true}}},
          "fetch":{"image":"curl:8","volumes":[{"type":"volume","source":"own","target":"/o"}],"networks":{"default":null}},
          "stray":{"image":"stray"}},
         "networks":{"default":{"name":"n_default","ipam":{}},"back":{"name":"n_back","driver":"bridge"},
           "lan":{"name":"the-lan","external":true}},
         "volumes":{"kept":{"name":"ENVIRONMENT_kept","driver":"local","driver_opts":{"type":"tmpfs"}},
           "own":{"name":"n_own"},"theirs":{"name":"theirs","external":true},"stray":{"name":"n_stray"}},
         "configs":{"page":{"name":"n_page","file":"PAGE"}}}
        """.Replace("ENVIRONMENT", Names.Environment, StringComparison.Ordinal)
        .Replace("PAGE", Path.Combine(_files.Root, "page.txt"), StringComparison.Ordinal);

    private EnvironmentSpec Staging => _files.Manifest.Environments["staging"] with { SlotVolumes = ["own"] };
    private ComposeNames Names => new(_files.Manifest, Staging);

    [Fact]
    public void A_record_keeps_what_the_services_of_a_slot_use_and_no_secret()
    {
        var text = Record(new() { ["TILL_PASSWORD"] = "known-secret$" });
        text.Should().NotContain("known-secret").And.NotContain("only-in-the-file").And.NotContain("kept-out").And.NotContain("stray")
            .And.NotContain("THROUGH").And.NotContain("profiles").And.NotContain("build");
        var project = RecordedProject.Read(text)!;
        project.Secrets.Should().BeEquivalentTo([("pay", "API_TOKEN"), ("pay", "URL")]);
        project.Services["pay"]!["command"]!.ToJsonString().Should().Contain("${TILL_PASSWORD:?");
        project.Configs.Should().Contain("page", "costs 5$");
        project.OneShots.Should().Equal(new Dictionary<string, string?> { ["migrate"] = "pay", ["fetch"] = null });
        project.Services["fetch"]!["image"]!.ToString().Should().Be("sha256:curl");
        _redactor.Hide("only-in-the-file").Should().Be("***", "what was read once is hidden from then on");
    }

    [Fact]
    public void A_secret_that_no_variable_brought_is_refused_where_it_cannot_be_kept_out()
    {
        var record = () => Record([]);
        record.Should().Throw<EngineException>().Where(refused => refused.Failure == Failure.Refused && refused.Message.Contains(
            "services.pay.command", StringComparison.Ordinal) && !refused.Message.Contains("known-secret", StringComparison.Ordinal));
    }

    [Fact]
    public void Jobs_come_before_the_services_that_wait_for_them_and_fill_a_slots_volume_in_every_slot()
    {
        var project = RecordedProject.Read(Record(new() { ["TILL_PASSWORD"] = "known-secret$" }))!;
        project.Order(Release("")).Should().ContainInOrder("fetch", "migrate", "pay").And.Contain("pay-desk");
        project.RunsInEverySlot("fetch").Should().BeTrue();
        project.RunsInEverySlot("migrate").Should().BeFalse();
    }

    [Fact]
    public void A_slot_has_its_network_and_its_own_ones_shared_volumes_and_digests()
    {
        var (file, variables) = Slot(out var slot);
        var pay = file["services"]!["pay"]!;
        pay["networks"]!.ToJsonString().Should().Be("""{"default":null,"back":null}""");
        pay["environment"]!.ToJsonString().Should().Contain("\"SELF\":\"sha256:desk\"").And.NotContain("today");
        variables.Values.Should().BeEquivalentTo("pay-API_TOKEN-today", "pay-URL-today");
        file["services"]!["migrate"]!["image"]!.ToString().Should().Be("sha256:pay");
        file["networks"]!["default"]!.ToJsonString().Should().Be("""{"name":"PROJECT","external":true}""".Replace("PROJECT",
            Names.Project(ChainBridge.Engine.Model.Slot.Green), StringComparison.Ordinal));
        file["networks"]!["back"]!["labels"]!["chainbridge.slot"]!.ToString().Should().Be("green");
        file["networks"]!["back"]!["name"].Should().BeNull();
        file["volumes"]!["kept"]!["name"]!.ToString().Should().Be(Names.Volume("kept"));
        file["volumes"]!["own"]!["labels"]!["chainbridge.environment"]!.ToString().Should().Be(Names.Environment);
        file["volumes"]!["theirs"]!.ToJsonString().Should().Be("""{"name":"theirs","external":true}""");
        slot.Shared.Should().ContainSingle().Which.Options.Should().Contain("type", "tmpfs");
        slot.Joins.Should().ContainSingle().Which.Should().Match<(string Container, string Network, IReadOnlyList<string> Aliases)>(
            join => join.Network == "the-lan" && join.Aliases.Single() == "till");
        file.ToJsonString().Should().NotContain("depends_on").And.NotContain(RecordedProject.Own);
    }

    [Fact]
    public void The_file_of_an_earlier_runner_is_no_recorded_project()
    {
        RecordedProject.Read("services:\n  pay: { image: pay }\n").Should().BeNull();
        RecordedProject.Read("""{"services":{}}""").Should().BeNull();
    }

    private (JsonNode File, Dictionary<string, string> Variables) Slot(out SlotFile slot)
    {
        var text = Record(new() { ["TILL_PASSWORD"] = "known-secret$" });
        slot = new SlotFile(RecordedProject.Read(text)!, Names, ChainBridge.Engine.Model.Slot.Green, Release(text));
        var variables = new Dictionary<string, string>();
        var file = slot.Text("/state/configs", (service, key) => $"{service}-{key}-today", variables);
        slot.Configs.Should().Contain("/state/configs/page", "costs 5$");
        return (JsonNode.Parse(file)!, variables);
    }

    private string Record(Dictionary<string, string?> variables)
    {
        _files.Write("page.txt", "costs 5$");
        return new ProjectRecord(_files.Manifest, Staging, _redactor, variables)
            .Of(Resolved, new Dictionary<string, string> { ["fetch"] = "sha256:curl" });
    }

    private Release Release(string compose) => new("v1", "abc", new Dictionary<string, Artifact>
    {
        ["pay"] = new("sha256:pay", "shop/pay:v1", 1),
        ["pay-desk"] = new("sha256:desk", "shop/pay-desk:v1", 1)
    },
        _files.Manifest.Services, compose, true, "ann", DateTimeOffset.UnixEpoch);
}
