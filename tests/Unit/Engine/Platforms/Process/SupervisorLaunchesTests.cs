using ChainBridge.Engine.Platforms.Process;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Process;

/// <summary>How often a runner launches a supervisor while another one is slow to answer.</summary>
public sealed class SupervisorLaunchesTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private System.Diagnostics.Process? _latest;
    private int _launched;

    public void Dispose()
    {
        if (_latest is { HasExited: false }) _latest.Kill();
        _latest?.Dispose();
    }

    [Theory]
    [InlineData(3)]
    [InlineData(0)]
    public void The_next_supervisor_is_launched_after_a_growing_pause_when_the_latest_made_way(int exitCode)
    {
        using var launches = Launches($"exit {exitCode}");
        List<double> pauses = [];
        launches.LaunchIfDue().Should().BeNull();
        _launched.Should().Be(1, "the first is launched at once");

        while (pauses.Count < 8)
        {
            var (before, waited) = (_launched, 0.0);
            for (launches.LaunchIfDue(); _launched == before; launches.LaunchIfDue(), waited += 0.1)
                _time.Advance(TimeSpan.FromSeconds(0.1));
            pauses.Add(Math.Round(waited, 1));
        }

        pauses.Should().Equal(0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, 5);
    }

    [Fact]
    public void A_supervisor_that_runs_is_waited_for_however_slow_it_is()
    {
        using var launches = Launches("exec sleep 1000", ends: false);
        for (var looks = 0; looks < 20; looks++)
        {
            launches.LaunchIfDue().Should().BeNull();
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        _launched.Should().Be(1);
    }

    [Fact]
    public void A_supervisor_that_fails_is_answered_with_its_exit_code_and_not_launched_again()
    {
        using var launches = Launches("exit 7");
        launches.LaunchIfDue();
        _time.Advance(TimeSpan.FromMinutes(1));
        launches.LaunchIfDue().Should().Be(7);
        _launched.Should().Be(1);
    }

    private SupervisorLaunches Launches(string script, bool ends = true) => new(() =>
    {
        _launched++;
        var process = System.Diagnostics.Process.Start("sh", ["-c", script]);
        if (ends) process.WaitForExit();
        else _latest = System.Diagnostics.Process.GetProcessById(process.Id);
        return process;
    }, _time);
}
