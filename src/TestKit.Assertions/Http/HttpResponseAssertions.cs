using System.Net;
using System.Text.Json;
using FluentAssertions;
using FluentAssertions.Execution;
using FluentAssertions.Primitives;

namespace ChainBridge.TestKit.Assertions;

/// <summary>
/// What an HTTP answer must be. Each failure shows the method, the URL, the status and the beginning of the body.
/// A body is looked at only when it is in memory, as it is by <see cref="HttpClient"/>'s default.
/// </summary>
public static class HttpResponseAssertions
{
    /// <summary>Exactly this status.</summary>
    /// <param name="because">The reason, as everywhere in FluentAssertions.</param>
    [CustomAssertion]
    public static AndConstraint<HttpResponseMessageAssertions> HaveStatus(
        this HttpResponseMessageAssertions should, HttpStatusCode expected, string because = "", params object[] becauseArgs)
    {
        Given(should, because, becauseArgs).ForCondition(should.Subject.StatusCode == expected)
            .FailWith($"Expected {{context:the response}} to have status {(int)expected} ({expected}){{reason}}, "
                + $"but found {(int)should.Subject.StatusCode} ({should.Subject.StatusCode}).{Evidence(should)}");
        return new(should);
    }

    /// <summary>A header with this name, of the answer or of its content.</summary>
    /// <param name="value">What one of its values must match, <c>*</c> and <c>?</c> as wildcards. Default: anything.</param>
    /// <param name="because">The reason, as everywhere in FluentAssertions.</param>
    [CustomAssertion]
    public static AndConstraint<HttpResponseMessageAssertions> HaveHeader(
        this HttpResponseMessageAssertions should, string name, string value = "*", string because = "", params object[] becauseArgs)
    {
        var found = should.Subject is null ? null : Exchange.Of(should.Subject).Header(name);
        var matches = found is not null && found.Any(candidate => Wildcard.Matches(candidate, value));
        var seen = found is null ? "there is none" : $"found \"{Text.Raw(string.Join("\", \"", found))}\"";
        Given(should, because, becauseArgs).ForCondition(matches)
            .FailWith(
                $"Expected {{context:the response}} to have the header {name}: {Text.Raw(value)}{{reason}}, but {seen}.{Evidence(should)}");
        return new(should);
    }

    /// <summary>A JSON body with something at the path.</summary>
    /// <param name="path">Names with dots between, numbers in brackets: <c>items[0].amount</c>; empty for the whole body.</param>
    [CustomAssertion]
    public static AndWhichConstraint<HttpResponseMessageAssertions, JsonElement> HaveJson(
        this HttpResponseMessageAssertions should, string path)
    {
        // No reason may be given: beside a path it would be taken for the value, and pass.
        var found = Find(should, path, out var problem);
        Given(should, "", []).ForCondition(found is not null)
            .FailWith($"Expected {{context:the response}} to have JSON at '{Text.Raw(path)}', but {Text.Raw(problem)}.{Evidence(should)}");
        return new(should, found ?? default(JsonElement));
    }

    /// <summary>A JSON body with exactly this value at the path.</summary>
    /// <param name="path">Names with dots between, numbers in brackets: <c>items[0].amount</c>; empty for the whole body.</param>
    /// <param name="expected">Anything System.Text.Json can write. Numbers are compared by value, objects whatever their order.</param>
    /// <param name="because">The reason, as everywhere in FluentAssertions.</param>
    [CustomAssertion]
    public static AndConstraint<HttpResponseMessageAssertions> HaveJsonValue(
        this HttpResponseMessageAssertions should, string path, object? expected, string because = "", params object[] becauseArgs)
    {
        var wanted = JsonSerializer.SerializeToElement(expected);
        var found = Find(should, path, out var problem);
        if (found is { } value) problem = $"found {Text.Excerpt(value.GetRawText())}";
        Given(should, because, becauseArgs).ForCondition(found is { } there && JsonElement.DeepEquals(there, wanted))
            .FailWith($"Expected {{context:the response}} to have {Text.Raw(wanted.GetRawText())} at '{Text.Raw(path)}'{{reason}}, "
                + $"but {Text.Raw(problem)}.{Evidence(should)}");
        return new(should);
    }

    /// <summary>FluentAssertions' start of a check, which fails for a null subject.</summary>
    [CustomAssertion]
    internal static AssertionScope Given(HttpResponseMessageAssertions should, string because, object[] becauseArgs)
    {
        var scope = Execute.Assertion.BecauseOf(because, becauseArgs);
        if (should.Subject is null) scope.FailWith("Expected {context:the response} to be an answer{reason}, but it is <null>.");
        return scope;
    }

    internal static string Evidence(HttpResponseMessageAssertions should) =>
        should.Subject is null ? "" : Text.Raw($"\n{Exchange.Of(should.Subject)}");

    private static JsonElement? Find(HttpResponseMessageAssertions should, string path, out string problem)
    {
        problem = "there is no answer";
        if (should.Subject is null) return null;
        var root = Exchange.Of(should.Subject).Json(out problem);
        if (root is not null) return JsonPath.Find(root.Value, path, out problem);
        problem = $"the body {problem}";
        return null;
    }
}
