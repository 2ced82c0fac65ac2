using ChainBridge.TestKit;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.TestKit.Services;

[ApiHealth]
public sealed class ServiceHostTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_that_dies_early_is_reported_at_once_with_its_exit_code_and_last_output()
    {
        var began = TimeProvider.System.GetTimestamp();
        var starting = () => ServiceHost.ProcessAsync("broken", ["sh", "-c", "echo cannot find my settings >&2; exit 7"],
            new Dictionary<string, string?>(), TimeProvider.System, Stop);
        (await starting.Should().ThrowAsync<ServiceStartException>()).Which.Message.Should().Contain("exit code 7")
            .And.Contain("cannot find my settings");
        TimeProvider.System.GetElapsedTime(began)
            .Should().BeLessThan(TimeSpan.FromSeconds(10), "the 30 s for becoming healthy are not waited for");
    }

    [Theory]
    [InlineData("echo the last words; kill -9 $$", "exit code 137 (SIGKILL: killed from outside")]
    [InlineData("echo the last words; kill -11 $$", "exit code 139 (SIGSEGV: it crashed in native code")]
    [InlineData("setsid sleep 20 & echo the last words; exit 3", "exit code 3")]
    public async Task How_a_process_died_is_decoded_within_two_seconds_though_a_child_of_it_lives_on(string script, string how)
    {
        var starting = () => ServiceHost.ProcessAsync("broken", ["sh", "-c", script], new Dictionary<string, string?>(),
            TimeProvider.System, Stop).WaitAsync(TimeSpan.FromSeconds(10), Stop);
        (await starting.Should().ThrowAsync<ServiceStartException>()).Which.Message.Should().Contain($"broken ended with {how}")
            .And.Contain("the last words");
    }

    [Fact]
    public async Task A_service_that_never_becomes_healthy_is_given_up_with_its_last_answer()
    {
        var time = new FakeTimeProvider();
        await using var app = WebApplication.CreateSlimBuilder().Build();
        app.MapGet("/health", () =>
        {
            time.Advance(TimeSpan.FromSeconds(31));
            return Results.Text("the database is away", statusCode: 503);
        });
        var starting = () => ServiceHost.InProcessAsync("sick", app, time, Stop);
        (await starting.Should().ThrowAsync<ServiceStartException>()).Which.Message.Should().Contain("sick was not healthy within 30 s");
    }

    [Fact]
    public async Task A_service_is_handed_out_only_once_it_is_healthy()
    {
        var asked = 0;
        var app = WebApplication.CreateSlimBuilder().Build();
        app.MapGet("/health", () => Results.StatusCode(Interlocked.Increment(ref asked) < 3 ? 503 : 200));
        await using var service = await ServiceHost.InProcessAsync("slow", app, TimeProvider.System, Stop);
        asked.Should().Be(3);
    }
}
