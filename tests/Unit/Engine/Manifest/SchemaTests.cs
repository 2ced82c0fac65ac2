using System.Text.Json.Nodes;
using ChainBridge.Engine.Manifest;
using FluentAssertions;
using Json.Schema;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Manifest;

/// <summary>The JSON Schema of the manifest, for editors, accepts what the readers of the manifest accept.</summary>
public sealed class SchemaTests
{
    private static readonly string[] Manifests =
        ["chainbridge.yml", "docs/chainbridge-example.yml", "tests/Deployment/Stack/chainbridge.yml", "samples/Shop/chainbridge.yml"];

    private static readonly JsonNode Schema =
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs/chainbridge.schema.json")))!;

    /// <summary>A wrong manifest, as an edit of a right one.</summary>
    public static TheoryData<string, string> Wrongs => new()
    {
        { "image: shop/api", "imag: shop/api" },
        { "public: true", "public: perhaps" },
        { "port: 80", "port: 65536" },
        { "health: /up", "health: up" },
        { "timeout: 5s", "timeout: 5 seconds" },
        { "target: compose", "target: swarm" },
        { "retain: 3", "retain: 1" },
        { "path: /, ", "" },
    };

    [Fact]
    public void The_schema_has_every_key_that_the_readers_ask_for() => Missing(Schema).Should().BeEmpty(
        "docs/chainbridge.schema.json is what editors know of the manifest: add them there, with a description");

    [Fact]
    public void A_key_that_the_schema_lacks_is_found()
    {
        var poorer = Schema.DeepClone();
        poorer["$defs"]!["probe"]!["properties"]!.AsObject().Remove("contains");
        Missing(poorer).Should().Contain("gates.smoke.probes[0].contains");
    }

    [Fact]
    public void The_readers_know_every_key_of_the_schema() => Unknown(Schema).Should().BeEmpty("no reader asks for them: take them out");

    [Fact]
    public void A_key_that_no_reader_asks_for_is_found()
    {
        var richer = Schema.DeepClone();
        richer["$defs"]!["door"]!["properties"]!["colour"] = new JsonObject { ["examples"] = new JsonArray("red") };
        Unknown(richer).Should().ContainSingle().Which.Should().Contain("unknown key 'colour' in doors.one");
    }

    [Fact]
    public void The_schema_accepts_every_manifest_of_this_repository()
    {
        foreach (var manifest in Manifests)
            Problems(File.ReadAllText(Path.Combine(Repository.Root, manifest))).Should().BeEmpty(manifest);
        Problems(Right).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Wrongs))]
    public void The_schema_refuses_what_the_readers_refuse(string right, string wrong)
    {
        Right.Should().Contain(right);
        var text = Right.Replace(right, wrong, StringComparison.Ordinal);
        Read(text).Problems.Should().NotBeEmpty();
        Problems(text).Should().NotBeEmpty();
    }

    private static string Right => """
        project: shop
        services:
          api: { image: shop/api, port: 80, health: /up, public: true }
        gates: { smoke: { probes: [{ path: /, timeout: 5s }] } }
        environments: { staging: { target: compose, composeFile: compose.yml, retain: 3 } }
        """;

    private static ManifestReading Read(string text) =>
        ManifestReader.Parse(text, "chainbridge.yml", Path.Combine(Repository.Root, "chainbridge.yml"),
            name => name == "TINY_PORT" ? "1" : "x");

    /// <summary>Keys asked for, in the schema's own samples and in the manifests, that the schema does not have.</summary>
    private static IEnumerable<string> Missing(JsonNode schema) => Samples(schema)
        .Concat(Manifests.Select(file => File.ReadAllText(Path.Combine(Repository.Root, file)))).SelectMany(text => Read(text).Asked)
        .Distinct().Where(key => !SchemaKeys.Has(schema, key)).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Unknown(JsonNode schema) => Samples(schema).Select(sample => Read(sample).Problems
        .Where(problem => problem.Message.StartsWith("unknown key", StringComparison.Ordinal)).Select(problem => problem.Message).ToList())
        // A key of one way to write a manifest may be unknown to the other.
        .Aggregate((one, other) => [.. one.Intersect(other)]);

    /// <summary>A manifest with every key, once without compose and once with it.</summary>
    private static IReadOnlyList<string> Samples(JsonNode schema)
    {
        var (without, with) = (SchemaKeys.Sample(schema, 0).AsObject(), SchemaKeys.Sample(schema, 1).AsObject());
        without.Remove("compose");
        return [without.ToJsonString(), with.ToJsonString()];
    }

    private static IEnumerable<string> Problems(string yaml)
    {
        var result = JsonSchema.FromText(Schema.ToJsonString())
            .Evaluate(SchemaKeys.Json(YamlValue.Parse(new StringReader(yaml))), new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid ? [] : result.Details.Where(detail => detail.HasErrors)
            .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}")).Append("refused");
    }
}
