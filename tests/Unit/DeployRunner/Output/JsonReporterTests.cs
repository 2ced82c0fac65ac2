using System.Text.Json;
using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Gates.Formats;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Secrets;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.DeployRunner.Output;

public sealed class JsonReporterTests
{
    [Fact]
    public void Every_line_is_an_object_with_event_at_and_deployment_and_no_secret()
    {
        var output = new StringWriter();
        var reporter = new JsonReporter(output, new Redactor(["hunter22"]), TimeProvider.System);
        var gate = new GateResult("smoke", Verdict.Fail, "it answered hunter22",
            [new Evidence("GET /", "500", Verdict.Fail, default, "runner")], new TestCounts(1, 2, 3, 1, Inconclusive: 4),
            TimeSpan.FromSeconds(1));
        foreach (var happened in new RunnerEvent[]
        {
            new RunBegun("d1", "deploy", "staging", "fake"), new ReleaseNamed("v1", "abc"),
            new StepBegun(StepKind.Switch, ChainBridge.Engine.Model.Slot.Blue, null),
            new StepEnded(StepKind.Switch, ChainBridge.Engine.Model.Slot.Blue, null,
                ChainBridge.Engine.Model.Outcome.Failed, TimeSpan.FromMilliseconds(5), "line\nbreak"),
            new GateFinished(gate), new Note("n"), new Warning("w"),
            new ServiceKilled("api", TimeSpan.FromSeconds(30)), new Alert("a", "b"),
            new Table("release", [new ReleaseRow("v1", DateTimeOffset.UnixEpoch, "ann", null, Stable: true, Current: false,
                new Dictionary<string, string> { ["pay"] = "sha256:1" })]),
            new Finished(ExitCode.RolledBack, Verdict.Fail, "s", "n"),
        })
            reporter.Report(happened);

        output.ToString().Should().NotContain("hunter22");
        var lines = output.ToString().TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        lines.Should().HaveCount(11);
        foreach (var line in lines)
        {
            line.GetProperty("event").GetString().Should().NotBeEmpty();
            line.GetProperty("at").GetDateTimeOffset().Should().NotBe(default);
            line.GetProperty("deployment").GetString().Should().Be("d1");
        }

        var killed = lines.Single(line => line.GetProperty("event").GetString() == "service-killed");
        (killed.GetProperty("service").GetString(), killed.GetProperty("graceSeconds").GetDouble()).Should().Be(("api", 30));
        string.Join(" ", lines[9].EnumerateObject().Skip(3).Select(member => $"{member.Name}={member.Value}")).Should().Be(
            """version=v1 created=1970-01-01 00:00:00 by=ann verdict=- stable=yes current=no details={"pay":"sha256:1"}""",
            "every value is a text, in the order of the columns");
        var finished = lines.Single(line => line.GetProperty("event").GetString() == "gate-finished");
        new[] { "passed", "failed", "skipped", "flaky", "inconclusive" }.Select(count => finished.GetProperty(count).GetInt32())
            .Should().Equal(1, 2, 3, 1, 4);
        lines[^1].GetProperty("event").GetString().Should().Be("finished");
        lines[^1].GetProperty("verdict").GetString().Should().Be("fail");
        lines[^1].GetProperty("exitCode").GetInt32().Should().Be(11);
    }

    [Fact]
    public void Secrets_come_from_names_and_from_files_of_the_environment()
    {
        var redactor = Redactor.FromEnvironment([new("GHCR_PAT_FILE", "/f"), new("STAGING_HOST", "box.example"),
            new("PGPASSWORD", "s3cretpw"), new("HOME", "/root")], _ => "ghp_12345\n");
        redactor.Hide("ghp_12345 box.example s3cretpw /root").Should().Be("*** *** *** /root");
    }

    [Fact]
    public void A_secret_of_many_lines_is_hidden_line_by_line() =>
        Redactor.FromEnvironment([new("STAGING_SSH_KEY", "-----BEGIN KEY-----\nb3BlbnNzaC1rZXk\n-----END KEY-----")], _ => null)
            .Hide("leaked: b3BlbnNzaC1rZXk").Should().Be("leaked: ***");

    [Fact]
    public void A_secret_is_hidden_however_its_characters_are_written_in_json()
    {
        var output = new StringWriter();
        new JsonReporter(output, new Redactor(["pa\"ss\\word"]), TimeProvider.System).Report(new Note("it is pa\"ss\\word"));
        JsonDocument.Parse(output.ToString()).RootElement.GetProperty("text").GetString().Should().Be("it is ***");
    }
}
