using System.Net;
using System.Text.Json;
using FluentAssertions;
using FluentAssertions.Primitives;

namespace ChainBridge.TestKit.Assertions;

/// <summary>Problem details (RFC 9457) as an answer carried them.</summary>
/// <param name="Status">The member, or the answer's own status when there is none.</param>
/// <param name="Type">The member, or <c>about:blank</c>, which its absence means.</param>
/// <param name="Title">Empty when there is none.</param>
/// <param name="Detail">Empty when there is none.</param>
/// <param name="Errors">What the member <c>errors</c> holds for each field, as ASP.NET Core's validation writes it.</param>
public sealed record Problem(
    int Status, string Type, string Title, string Detail, IReadOnlyDictionary<string, IReadOnlyList<string>> Errors);

/// <summary>Assertions on the problem details of a refusal.</summary>
public static class ProblemAssertions
{
    private const string MediaType = "application/problem+json";

    /// <summary>Problem details: status, content type <c>application/problem+json</c>, and members that agree.</summary>
    /// <param name="title">What the title must match, <c>*</c> and <c>?</c> as wildcards. Default: anything.</param>
    /// <param name="type">What the type must match; absent means <c>about:blank</c>. Default: anything.</param>
    /// <param name="because">The reason, as everywhere in FluentAssertions.</param>
    [CustomAssertion]
    public static AndWhichConstraint<HttpResponseMessageAssertions, Problem> BeProblem(this HttpResponseMessageAssertions should,
        HttpStatusCode status, string title = "*", string type = "*", string because = "", params object[] becauseArgs)
    {
        var (problem, wrong) = should.Subject is null ? (null, ["there is no answer"]) : Read(should.Subject);
        if (problem is not null)
        {
            if ((int)should.Subject!.StatusCode != (int)status) wrong.Add($"the status is {(int)should.Subject.StatusCode}");
            if (problem.Status != (int)should.Subject.StatusCode)
                wrong.Add($"the member status is {problem.Status} and the answer's {(int)should.Subject.StatusCode}");
            if (!Wildcard.Matches(problem.Title, title)) wrong.Add($"the title is \"{problem.Title}\"");
            if (!Wildcard.Matches(problem.Type, type)) wrong.Add($"the type is \"{problem.Type}\"");
        }

        var wanted = (title == "*" ? "" : $", title \"{title}\"") + (type == "*" ? "" : $", type \"{type}\"");
        HttpResponseAssertions.Given(should, because, becauseArgs).ForCondition(wrong.Count == 0)
            .FailWith($"Expected {{context:the response}} to be a problem {(int)status}{Text.Raw(wanted)}{{reason}}, "
                + $"but {Text.Raw(string.Join("; ", wrong))}.{HttpResponseAssertions.Evidence(should)}");
        return new(should, problem!);
    }

    /// <summary>Problem details whose <c>errors</c> hold this for the field.</summary>
    /// <param name="field">Its name, exactly.</param>
    /// <param name="message">What one of its messages must match, <c>*</c> and <c>?</c> as wildcards. Default: anything.</param>
    /// <param name="because">The reason, as everywhere in FluentAssertions.</param>
    [CustomAssertion]
    public static AndConstraint<HttpResponseMessageAssertions> HaveProblemError(
        this HttpResponseMessageAssertions should, string field, string message = "*", string because = "", params object[] becauseArgs)
    {
        var (problem, wrong) = should.Subject is null ? (null, ["there is no answer"]) : Read(should.Subject);
        if (problem is not null && !problem.Errors.TryGetValue(field, out _))
            wrong.Add(problem.Errors.Count == 0 ? "it has no errors" : $"its errors are of {string.Join(", ", problem.Errors.Keys)}");
        else if (problem is not null && !problem.Errors[field].Any(error => Wildcard.Matches(error, message)))
            wrong.Add($"its message is \"{string.Join("\", \"", problem.Errors[field])}\"");
        HttpResponseAssertions.Given(should, because, becauseArgs).ForCondition(wrong.Count == 0)
            .FailWith($"Expected {{context:the response}} to be a problem with the error {Text.Raw($"{field}: {message}")}{{reason}}, "
                + $"but {Text.Raw(string.Join("; ", wrong))}.{HttpResponseAssertions.Evidence(should)}");
        return new(should);
    }

    private static (Problem? Problem, List<string> Wrong) Read(HttpResponseMessage response)
    {
        var exchange = Exchange.Of(response);
        List<string> wrong = exchange.ContentType?.MediaType == MediaType
            ? []
            : [$"the content type is {exchange.ContentType?.MediaType ?? "missing"}, not {MediaType}"];
        if (exchange.Json(out var why) is not { } json) return (null, [.. wrong, $"the body {why}"]);
        if (json.ValueKind != JsonValueKind.Object) return (null, [.. wrong, "the body is no JSON object"]);
        var status = json.TryGetProperty("status", out var member) && member.TryGetInt32(out var number)
            ? number
            : (int)response.StatusCode;
        var type = TextOf(json, "type");
        return (new(status, type == "" ? "about:blank" : type, TextOf(json, "title"), TextOf(json, "detail"), Errors(json)), wrong);
    }

    private static string TextOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString()! : "";

    private static IReadOnlyDictionary<string, IReadOnlyList<string>> Errors(JsonElement json) =>
        json.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Object
            ? errors.EnumerateObject().ToDictionary(field => field.Name, Messages)
            : new Dictionary<string, IReadOnlyList<string>>();

    private static IReadOnlyList<string> Messages(JsonProperty field) =>
        field.Value.ValueKind == JsonValueKind.Array
            ? [.. field.Value.EnumerateArray().Select(message => message.ToString())]
            : [field.Value.ToString()];
}
