using System.Text.Json.Nodes;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>The compose files of the runner, as the Compose plugin itself reads them.</summary>
[Trait(Sample.Turn, "4")]
public sealed class ComposeYamlTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chainbridge-yaml-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Texts_that_look_like_other_types_or_like_syntax_reach_Compose_as_the_texts_they_are()
    {
        await new ComposeUnderTest().RequireAsync(Stop);
        string[] texts =
        [
            "plain", "yes", "NO", "on", "y", "n", "null", "~", "True", "010", "0x1f", "1e3", "1_000", "12:30:45", "1.5", "-1", "+1", ".inf",
            "-.inf", ".nan", "2026-11-27", "<<", "=", "", " ", "trailing ", " leading", "- item", "? key", "key: value", "key:", "a #b",
            "#c", "{x}", "[x]", "&a", "*a", "!t", "%d", "@at", "`back", "|", ">", "'single'", "\"double\"", "back\\slash", "tab\there",
            "two\nlines", "line\n", "\n", "\r\n", "é ü 漢 🚀", "\u0085", "\u2028", "a,b", "x]", "x}", "---", "...", new('w', 300),
        ];
        var settings = texts.Select((text, number) => (Name: $"V{number}", Text: text)).ToDictionary(one => one.Name, one => one.Text);
        settings["ON"] = "name of a flag";
        var file = Path.Combine(_folder.FullName, "compose.yml");
        await File.WriteAllTextAsync(file, ComposeYaml.Of(new Dictionary<string, object>
        {
            ["services"] = new Dictionary<string, object>
            {
                ["one"] = new Dictionary<string, object?>
                {
                    ["image"] = "nothing", ["environment"] = settings, ["command"] = texts, ["init"] = true,
                    ["healthcheck"] = new Dictionary<string, object> { ["test"] = new[] { "CMD", "true" }, ["retries"] = 5 },
                },
            },
        }), Stop);
        var read = JsonNode.Parse(await Shell.RunAsync(_folder.FullName, Stop, "docker", "compose", "--file", file, "config",
            "--no-interpolate", "--format", "json"))!["services"]!["one"]!;
        read["environment"]!.AsObject().ToDictionary(one => one.Key, one => (string?)one.Value).Should().BeEquivalentTo(settings);
        read["command"]!.AsArray().Select(one => (string?)one).Should().Equal(texts);
        ((bool)read["init"]!, (int)read["healthcheck"]!["retries"]!).Should().Be((true, 5));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
