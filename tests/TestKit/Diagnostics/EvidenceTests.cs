using System.Text;
using ChainBridge.Tests.TestKit.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Diagnostics;

/// <summary>What failing tests leave behind, seen in a run of its own.</summary>
public sealed class EvidenceTests(EvidenceTests.FailingRun failing) : IClassFixture<EvidenceTests.FailingRun>
{
    [Fact]
    public void The_output_of_a_failing_test_names_the_folder_of_its_evidence()
    {
        failing.Run["When it fails"].Output.Should().Contain($"Evidence: {failing.FolderOf("When_it_fails")}");
    }

    [Fact]
    public void The_summary_of_the_job_names_the_evidence_of_each_failed_test_and_of_no_other()
    {
        var lines = File.ReadAllLines(failing.StepSummary).Where(line => line.Contains(failing.Root, StringComparison.Ordinal)).ToList();
        lines.Should().HaveCount(failing.Failing.Count);
        foreach (var test in failing.Failing)
            lines.Should().ContainSingle(line => line.Contains(failing.FolderOf(test), StringComparison.Ordinal));
    }

    [Fact]
    public void The_first_file_describes_the_failure_and_lists_the_others()
    {
        var summary = failing.Text("When_it_fails", "summary.md");
        summary.Should().StartWith("# Failed: ").And.Contain("the order was not taken").And.Contain("correlation id `test-");
        var others = Directory.GetFiles(failing.FolderOf("When_it_fails")).Select(file => Path.GetFileName(file))
            .Where(file => file != "summary.md").ToList();
        others.Should().BeEquivalentTo("services.md", "log-api.txt", "log-child.txt", "http.txt", "connection.txt");
        others.Should().OnlyContain(file => summary.Contains($"- [{file}]({file})"));
        summary.Should().NotContain("## Missing");
    }

    [Fact]
    public void How_a_service_ended_is_decoded() =>
        failing.Text("When_it_fails", "services.md")
            .Should().Contain("| child | a process | http://127.0.0.1:1/ | ended with exit code 137 (SIGKILL: killed from outside")
            .And.MatchRegex("api \\| in the test's process \\| http://127.0.0.1:\\d+/ \\| was stopped by the test");

    [Fact]
    public void A_services_log_has_the_lines_of_this_test_first_and_then_the_last_200()
    {
        var api = failing.Text("When_it_fails", "log-api.txt");
        api.Should().MatchRegex("(?s)== 1 lines with this test's correlation id, (test-[0-9a-f]{32})\n[^\n]*took [^\n]*\\1.*== the last");
        var child = failing.Text("When_it_fails", "log-child.txt");
        child.Should().Contain("== 0 lines with this test's").And.Contain("== the last 200 lines of 303\n").And.NotContain("line 102\n")
            .And.Contain("line 103\n").And.Contain("line 300\n");
    }

    [Fact]
    public void Exchanges_are_kept_with_method_address_status_time_headers_and_bodies() =>
        failing.Text("When_it_fails", "http.txt")
            .Should().MatchRegex(@"api: POST http://127\.0\.0\.1:\d+/orders\?access_token=\*\*\* -> 409 in [\d.]+ ms")
            .And.Contain("Authorization: ***").And.Contain("Content-Type: application/json")
            .And.MatchRegex("X-Correlation-Id: test-[0-9a-f]{32}")
            .And.Contain("\"name\":\"first\"").And.Contain("\"taken\":false").And.Contain("Set-Cookie: ***");

    [Fact]
    public void None_of_the_secrets_planted_everywhere_is_in_any_file_or_name()
    {
        var leaks = from file in Directory.EnumerateFileSystemEntries(failing.Root, "*", SearchOption.AllDirectories)
                    from secret in failing.Secrets.SelectMany(secret =>
                        new[] { secret, Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)), Uri.EscapeDataString(secret) })
                    where file.Contains(secret, StringComparison.Ordinal)
                        || (File.Exists(file) && File.ReadAllText(file).Contains(secret, StringComparison.Ordinal))
                    select $"{Path.GetFileName(file)}: {secret}";
        leaks.Should().BeEmpty();
        failing.Text("When_it_fails", "connection.txt")
            .Should().Be("Host=db;Username=postgres;Password=***;Database=test_1\npostgres://postgres:***@db/test_1\nSELECT '***'");
    }

    [Fact]
    public void A_shared_service_adds_evidence_to_the_tests_that_used_it()
    {
        failing.Text("/Used_by_a_test_that_fails", "log-shared.txt").Should().Contain("Now listening on");
        failing.Text("/Used_by_a_test_that_fails", "http.txt").Should().Contain("/health -> 200");
        Directory.GetFiles(failing.FolderOf("Not_used_by_a_test_that_fails")).Should().ContainSingle().Which.Should().EndWith("summary.md");
    }

    [Fact]
    public void A_passing_test_leaves_nothing() =>
        Directory.GetDirectories(failing.Root, "*Not_when_it_passes*", SearchOption.AllDirectories).Should().BeEmpty();

    [Fact]
    public void Sources_that_fail_or_never_answer_are_named_and_the_rest_is_kept()
    {
        var summary = failing.Text("With_sources_that_fail_or_never_answer", "summary.md");
        summary.Should().Contain("- broken: InvalidOperationException: away, Password=***").And.Contain("- blocked: not done within 8 s");
        failing.Text("With_sources_that_fail_or_never_answer", "good.txt").Should().Be("evidence");
    }

    [Fact]
    public void A_database_and_a_cache_tell_their_activity_locks_changed_rows_slow_commands_and_how_to_connect()
    {
        var folder = failing.FolderOf("With_a_database_and_a_cache");
        var files = Directory.GetFiles(folder).Select(file => Path.GetFileName(file)!).ToList();
        string Of(string beginning) => File.ReadAllText(Path.Combine(folder,
            files.Should().ContainSingle(file => file.StartsWith(beginning, StringComparison.Ordinal)).Subject));
        Of("postgres-activity").Should().Contain("LOCK TABLE things");
        Of("postgres-locks").Should().Contain("ShareLock");
        Of("postgres-rows").Should().MatchRegex("things: 0 -> 2");
        Of("postgres-connection").Should().MatchRegex("Host=[^;]+;Port=[0-9]+;.*Database=kept_");
        Of("redis-slowlog").Should().NotBeEmpty();
        Of("redis-keys").Should().Contain("left-behind");
    }

    /// <summary>The run.</summary>
    public sealed class FailingRun : IAsyncLifetime
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("chainbridge-evidence-");

        /// <summary>
        /// Known by the places they are planted in; the first two by the names of their variables, which do not mark them as secret.
        /// </summary>
        public IReadOnlyList<string> Secrets { get; } = [.. Enumerable.Range(1, 12).Select(number => $"planted{number}.of+it~{number}")];

        public IReadOnlyList<string> Failing { get; } = ["When_it_fails", "With_sources_that_fail_or_never_answer",
            "With_a_database_and_a_cache", "/Used_by_a_test_that_fails", "Not_used_by_a_test_that_fails"];

        public string Root => Path.Combine(_place.FullName, "evidence");

        public string StepSummary => Path.Combine(_place.FullName, "step.md");

        internal SampleRun Run { get; private set; } = null!;

        public string FolderOf(string test) => Directory.GetDirectories(Root, "*", SearchOption.AllDirectories)
            .Where(folder => folder.Contains(test, StringComparison.Ordinal)).Should().ContainSingle().Subject;

        public string Text(string test, string file) => File.ReadAllText(Path.Combine(FolderOf(test), file));

        /// <inheritdoc/>
        public async ValueTask InitializeAsync()
        {
            var variables = new Dictionary<string, string>
            {
                ["CHAINBRIDGE_EVIDENCE"] = Root, ["GITHUB_STEP_SUMMARY"] = StepSummary,
                ["CHAINBRIDGE_KEEP_FAILED"] = "1",
                ["CHAINBRIDGE_SECRETS"] = "SAMPLE_PLANT_1, SAMPLE_PLANT_2",
            };
            for (var number = 1; number <= Secrets.Count; number++) variables[$"SAMPLE_PLANT_{number}"] = Secrets[number - 1];
            Run = await SampleRun.OfClassesAsync(variables, _stop.Token, "LeavesEvidence", "LeavesEvidenceOfASharedService");
        }

        /// <inheritdoc/>
        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _stop.Dispose();
            _place.Delete(recursive: true);
        }
    }
}
