using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ChainBridge.TestKit;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Smoke;

[Smoke]
public sealed class ReleaseTests(TestEnvironment environment)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_service_is_healthy_and_of_the_same_version()
    {
        await using var release = await Release.FindAsync(environment, Stop);
        using var answer = await release.SendAsync(new(HttpMethod.Get, "api/v1/status"), Stop);
        var status = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        var services = status.GetProperty("services").EnumerateArray().ToList();
        services.Select(one => one.GetProperty("name").GetString()).Should().BeEquivalentTo("gateway", "chainiq", "chainpay");
        services.Should().OnlyContain(one => one.GetProperty("health").GetString() == "healthy");
        if (release.Version is not null)
            services.Should().OnlyContain(one => one.GetProperty("version").GetString() == release.Version, "a release is the whole set");
    }

    [Fact]
    public async Task A_payment_goes_from_risk_to_completion()
    {
        await using var release = await Release.FindAsync(environment, Stop);
        using var created = await release.SendAsync(Payment(), Stop);
        created.StatusCode.Should().Be(HttpStatusCode.Created);
        var id = (await created.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("id").GetGuid();
        foreach (var action in new[] { "settle", "complete" })
        {
            using var answer = await release.SendAsync(new(HttpMethod.Post, $"api/chainpay/payment_intents/{id}/{action}"), Stop);
            answer.StatusCode.Should().Be(HttpStatusCode.OK, "{0}: {1}", action, await answer.Content.ReadAsStringAsync(Stop));
        }

        using var history = await release.SendAsync(new(HttpMethod.Get, $"api/chainpay/payment_intents/{id}/history"), Stop);
        (await history.Content.ReadFromJsonAsync<JsonElement>(Stop)).EnumerateArray().Select(line => line.GetProperty("what").GetString())
            .Should().Equal("approved", "settled", "completed");
    }

    [Fact]
    public async Task The_address_of_a_new_payment_leads_back_through_the_same_door()
    {
        await using var release = await Release.FindAsync(environment, Stop);
        using var created = await release.SendAsync(Payment(), Stop);
        var address = created.Headers.Location!;
        address.GetLeftPart(UriPartial.Authority)
            .Should().Be(release.Door.BaseAddress.GetLeftPart(UriPartial.Authority), "a caller knows only the door it came by");
        using var again = await release.SendAsync(new(HttpMethod.Get, address), Stop);
        again.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_same_shipment_gets_the_same_score()
    {
        await using var release = await Release.FindAsync(environment, Stop);
        var shipment = Shipment(Guid.NewGuid().ToString("N"));
        var answers = new List<string>();
        for (var time = 0; time < 2; time++)
        {
            using var answer =
                await release.SendAsync(new(HttpMethod.Post, "iq/score/shipment") { Content = JsonContent.Create(shipment) }, Stop);
            answer.StatusCode.Should().Be(HttpStatusCode.OK);
            answers.Add(await answer.Content.ReadAsStringAsync(Stop));
        }

        answers[1].Should().Be(answers[0]).And.Contain("risk_score");
    }

    [Fact]
    public async Task A_shipment_that_cannot_be_scored_is_refused_with_problem_details()
    {
        await using var release = await Release.FindAsync(environment, Stop);
        using var answer = await release.SendAsync(
            new(HttpMethod.Post, "iq/score/shipment") { Content = JsonContent.Create(new { shipment_id = "only" }) }, Stop);
        answer.StatusCode.Should().Be(HttpStatusCode.UnprocessableEntity);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
    }

    private static object Shipment(string id) =>
        new { shipment_id = id, driver_id = "SMOKE", origin = "Rotterdam", destination = "Warsaw", planned_delivery_date = "2030-01-01" };

    /// <summary>Forced, so that the journey does not depend on the risk of a made-up shipment.</summary>
    private static HttpRequestMessage Payment() => new(HttpMethod.Post, "api/chainpay/payment_intents")
    {
        Content = JsonContent.Create(
            new { shipment = Shipment(Guid.NewGuid().ToString("N")), amount = 1.00m, currency = "EUR", force_approval = true }),
        Headers = { { "Idempotency-Key", Guid.NewGuid().ToString() } },
    };
}
