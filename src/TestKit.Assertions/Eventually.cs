using FluentAssertions.Execution;
using FluentAssertions.Formatting;
using Xunit;

namespace ChainBridge.TestKit.Assertions;

/// <summary>
/// Waits for something to become true, with a deadline. What was seen last is in the failure. An answer that comes
/// after the deadline never counts, and the running test's cancellation ends the wait.
/// </summary>
public static class Eventually
{
    /// <summary>Looks until the assertion holds for what was seen, and answers what was seen.</summary>
    /// <param name="look">Asks for the value. What it throws counts as "not yet"; its token ends with the deadline.</param>
    /// <param name="assertion">FluentAssertions about the value; what it throws counts as "not yet".</param>
    /// <param name="what">What is waited for, for the failure: <c>"the payment is settled"</c>.</param>
    /// <param name="options">Deadline, pause and clock; a <see cref="TimeSpan"/> sets the deadline. Default: 10 s, every 50 ms.</param>
    /// <exception cref="OperationCanceledException">The test or the caller gave up; the message has what was seen last.</exception>
    public static async Task<T> SatisfiesAsync<T>(Func<CancellationToken, Task<T>> look, Action<T> assertion, string what,
        EventuallyOptions? options = null, CancellationToken cancellationToken = default)
    {
        var wait = new Wait<T>(what, (options ?? new()).Checked(), cancellationToken, TestContext.Current.CancellationToken);
        var seen = await wait.UntilAsync(look, assertion);
        if (wait.Failure is { } failure) Execute.Assertion.FailWith(Text.Raw(failure));
        return seen;
    }

    /// <summary>Looks until the condition is true.</summary>
    /// <inheritdoc cref="SatisfiesAsync{T}"/>
    public static Task HoldsAsync(Func<CancellationToken, Task<bool>> condition, string what, EventuallyOptions? options = null,
        CancellationToken cancellationToken = default) =>
        SatisfiesAsync(condition, MustBeTrue, what, options, cancellationToken);

    /// <summary>Looks until the condition is true.</summary>
    /// <inheritdoc cref="SatisfiesAsync{T}"/>
    public static Task HoldsAsync(
        Func<bool> condition, string what, EventuallyOptions? options = null, CancellationToken cancellationToken = default) =>
        SatisfiesAsync(_ => Task.FromResult(condition()), MustBeTrue, what, options, cancellationToken);

    private static void MustBeTrue(bool value)
    {
        if (!value) Execute.Assertion.FailWith("the condition is false");
    }

    /// <summary>One wait: its clock, and what it saw last.</summary>
    private sealed class Wait<T>(string what, EventuallyOptions options, CancellationToken caller, CancellationToken test)
    {
        private readonly long _start = options.Time.GetTimestamp();
        private int _looks;
        private string _last = "nothing";
        private string _why = "no look had ended";

        /// <summary>Set when the deadline passed.</summary>
        public string? Failure { get; private set; }

        private TimeSpan Elapsed => options.Time.GetElapsedTime(_start);

        public async Task<T> UntilAsync(Func<CancellationToken, Task<T>> look, Action<T> assertion)
        {
            using var givenUp = CancellationTokenSource.CreateLinkedTokenSource(caller, test);
            try
            {
                while (true)
                {
                    if (await LookAsync(look, assertion, givenUp.Token) is (true, var value)) return value;
                    var left = options.Within - Elapsed;
                    if (left <= TimeSpan.Zero) break;
                    await Task.Delay(left < options.Every ? left : options.Every, options.Time, givenUp.Token);
                    if (Elapsed >= options.Within) break;
                }
            }
            catch (OperationCanceledException) when (givenUp.IsCancellationRequested)
            {
                throw new OperationCanceledException($"the test was cancelled while it waited until {what}. {Story()}", givenUp.Token);
            }

            Failure = $"Expected that within {Text.Span(options.Within)} {what}, but it did not come to that. {Story()}";
            return default!;
        }

        private async Task<(bool Passed, T Value)> LookAsync(
            Func<CancellationToken, Task<T>> look, Action<T> assertion, CancellationToken givenUp)
        {
            _looks++;
            using var inTime = CancellationTokenSource.CreateLinkedTokenSource(givenUp);
            var answer = Task.FromResult<T>(default!);
            try
            {
                answer = look(inTime.Token);
                // A look that has answered needs no timer; one that hangs is left behind at the deadline.
                var value = answer.IsCompleted ? await answer : await answer.WaitAsync(Left(), options.Time, givenUp);
                _last = $"{Formatter.ToString(value)} (look {_looks}, after {Text.Span(Elapsed)})";
                using var scope = new AssertionScope();
                var thrown = Try(assertion, value);
                var failures = scope.Discard().Concat(thrown).ToList();
                _why = failures.Count > 0 ? string.Join('\n', failures) : $"it came after the deadline ({Text.Span(Elapsed)})";
                return (failures.Count == 0 && Elapsed <= options.Within, value);
            }
            catch (TimeoutException) when (!answer.IsCompleted)
            {
                _why = $"look {_looks} had not answered at the deadline{(_looks > 1 ? $"; before that: {_why}" : "")}";
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !givenUp.IsCancellationRequested)
            {
                _why = $"look {_looks} failed after {Text.Span(Elapsed)}: {failure.GetType().Name}: {failure.Message}";
            }
            finally
            {
                if (!answer.IsCompleted)
                {
                    await inTime.CancelAsync();
                    // No caller waits for it any more; its end must not become an unobserved exception.
                    _ = answer.ContinueWith(late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
                        TaskScheduler.Default);
                }
            }

            return (false, default!);
        }

        private static IEnumerable<string> Try(Action<T> assertion, T value)
        {
            try
            {
                assertion(value);
                return [];
            }
            catch (Exception failure)
            {
                return [failure.Message];
            }
        }

        private TimeSpan Left() => options.Within - Elapsed is { Ticks: > 0 } left ? left : TimeSpan.Zero;

        private string Story() =>
            $"{_looks} {(_looks == 1 ? "look" : "looks")} in {Text.Span(Elapsed)}, one every {Text.Span(options.Every)}.\n"
                + $"Last seen: {_last}\nLast failure: {_why}";
    }
}
