using ChainBridge.TestKit.Load;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>The line of each window, and what a window counts: a step and the iteration that it is in are not two.</summary>
public sealed class LiveConsoleTests
{
    [Fact]
    public void The_live_console_has_a_line_for_each_window_with_its_rate_and_all_failures_until_then() =>
        Shown([Window(0, Step("look", 20, 5), Step("buy", 10, 5, failed: 2), Step(StepMeasure.Iteration, 10, 10, failed: 2)),
            Window(1, Step("look", 40, 10), Step("buy", 20, 10, failed: 1), Step(StepMeasure.Iteration, 20, 20, failed: 1))])
            .Should().Equal(
                "   1.0 s     30.0/s  p50   5.003 ms  p95   5.003 ms  p99   5.003 ms  2 failed  3 under way  █",
                "   2.0 s     60.0/s  p50   10.01 ms  p95   10.01 ms  p99   10.01 ms  3 failed  3 under way  ▄█");

    [Fact]
    public void The_live_console_shows_the_iterations_of_a_scenario_that_names_no_step() =>
        Shown([Window(0, Step(StepMeasure.Iteration, 50, 5, failed: 4))]).Single().Should().Contain(" 50.0/s ").And.Contain("4 failed");

    [Fact]
    public void The_live_console_counts_iterations_that_failed_outside_of_their_steps() =>
        Shown([Window(0, Step("buy", 10, 5), Step(StepMeasure.Iteration, 8, 5, failed: 2))]).Single().Should().Contain("2 failed");

    [Fact]
    public void The_live_console_writes_over_its_line_on_a_terminal_and_leaves_it_at_the_end()
    {
        var text = new StringWriter { NewLine = "\n" };
        var console = new LiveConsole(text, terminal: true);
        console.Sees(Window(0, Step("buy", 10, 5)));
        console.End();
        $"{text}".Should().StartWith("\r   1.0 s").And.EndWith("\u001b[K\n");
    }

    [Fact]
    public void A_window_counts_the_steps_and_not_the_iterations_besides()
    {
        var window = Window(0, Step("look", 20, 5), Step("buy", 10, 5, failed: 2), Step(StepMeasure.Iteration, 10, 10, failed: 2));
        (window.Succeeded, window.Failed).Should().Be((30, 2));
    }

    private static string[] Shown(LoadWindow[] windows)
    {
        var text = new StringWriter();
        var console = new LiveConsole(text, terminal: false);
        foreach (var window in windows) console.Sees(window);
        return $"{text}".Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static LoadWindow Window(int second, params StepWindow[] steps) =>
        new(TimeSpan.FromSeconds(second), TimeSpan.FromSeconds(1), steps, 10, 3);

    private static StepWindow Step(string name, int succeeded, double milliseconds, long failed = 0)
    {
        var latency = new Latencies();
        for (var i = 0; i < succeeded; i++) latency.Add(TimeSpan.FromMilliseconds(milliseconds));
        return new(name, latency, failed, 0);
    }
}
