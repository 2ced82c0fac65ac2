using FluentAssertions;
using FluentAssertions.Specialized;

namespace ChainBridge.TestKit.Assertions;

/// <summary><see cref="Eventually"/> in the words of FluentAssertions.</summary>
public static class EventuallyAssertions
{
    /// <summary>
    /// Calls the function until the assertion holds for its result: <c>await rows.Should().EventuallyAsync(n => n.Should().Be(3))</c>.
    /// </summary>
    /// <param name="assertion">About the result; what it throws counts as "not yet".</param>
    /// <param name="options">Deadline, pause and clock; a <see cref="TimeSpan"/> sets the deadline. Default: 10 s, every 50 ms.</param>
    /// <param name="because">The reason, as everywhere in FluentAssertions.</param>
    /// <exception cref="OperationCanceledException">The test or the caller gave up; the message has what was seen last.</exception>
    public static async Task<AndWhichConstraint<GenericAsyncFunctionAssertions<T>, T>> EventuallyAsync<T>(
        this GenericAsyncFunctionAssertions<T> should, Action<T> assertion, EventuallyOptions? options = null,
        CancellationToken cancellationToken = default, string because = "") =>
        new(should, await Eventually.SatisfiesAsync(_ => should.Subject(), assertion, What(because), options, cancellationToken));

    /// <inheritdoc cref="EventuallyAsync{T}(GenericAsyncFunctionAssertions{T}, Action{T}, EventuallyOptions, CancellationToken, string)"/>
    public static async Task<AndWhichConstraint<FunctionAssertions<T>, T>> EventuallyAsync<T>(this FunctionAssertions<T> should,
        Action<T> assertion, EventuallyOptions? options = null, CancellationToken cancellationToken = default, string because = "") =>
        new(should, await Eventually.SatisfiesAsync(_ => Task.FromResult(should.Subject()), assertion, What(because), options,
            cancellationToken));

    private static string What(string because) => because switch
    {
        "" => "the function's result is as asserted",
        _ when because.StartsWith("because", StringComparison.OrdinalIgnoreCase) => $"the function's result is as asserted {because}",
        _ => $"the function's result is as asserted because {because}",
    };
}
