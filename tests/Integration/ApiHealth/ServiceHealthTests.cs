using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ChainBridge.Samples.ChainIQ;
using ChainBridge.TestKit;
using ChainBridge.Tests.Integration.Infrastructure;
using FluentAssertions;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace ChainBridge.Tests.Integration.ApiHealth;

[ApiHealth]
public sealed class ServiceHealthTests(TestEnvironment environment)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_service_is_healthy_and_names_its_dependencies_with_their_milliseconds()
    {
        await using var stack = await Stack.StartAsync(environment, Stop);
        foreach (var (service, dependencies) in new[] { (stack.ChainIQ, new[] { "postgres", "redis" }), (stack.ChainPay, ["postgres"]),
            (stack.Gateway, ["chainiq", "chainpay"]) })
        {
            var health = await service.Client.GetFromJsonAsync<JsonElement>("health", Stop);
            health.GetProperty("status").GetString().Should().Be("healthy", "{0} has all it needs", service.Name);
            health.GetProperty("dependencies").EnumerateArray().Select(one => one.GetProperty("name").GetString())
                .Should().BeEquivalentTo(dependencies);
            health.GetProperty("dependencies").EnumerateArray()
                .Should().OnlyContain(one => one.GetProperty("milliseconds").GetDouble() > 0);
        }
    }

    [Fact]
    public async Task A_service_without_its_database_says_so_and_names_it()
    {
        await using var stack = await Stack.WithDatabasesAsync(environment, Stop);
        var settings = stack.IqSettings();
        settings["Postgres:Database"] = "no_such_database";
        await using var iq = await ServiceHost.InProcessAsync("chainiq", ChainIQApp.Build([],
            builder => builder.Configuration.AddInMemoryCollection(settings)), TimeProvider.System, Stop, waitForHealth: false);

        using var answer = await iq.Client.GetAsync("health", Stop);

        answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        var health = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        health.GetProperty("dependencies").EnumerateArray().Where(one => !one.GetProperty("healthy").GetBoolean())
            .Select(one => one.GetProperty("name").GetString()).Should().Equal("postgres");
    }

    [Fact]
    public async Task Every_answer_carries_the_version_errors_too()
    {
        await using var stack = await Stack.StartAsync(environment, Stop);
        foreach (var service in new[] { stack.ChainIQ, stack.ChainPay, stack.Gateway })
        {
            var version = (await service.Client.GetFromJsonAsync<JsonElement>("version", Stop)).GetProperty("version").GetString();
            foreach (var path in new[] { "health", "metrics", "no/such/page" })
            {
                using var answer = await service.Client.GetAsync(path, Stop);
                answer.Headers.GetValues("X-ChainBridge-Version")
                    .Should().Equal([version], "{0}/{1} must say who answered", service.Name, path);
            }
        }
    }

    [Fact]
    public async Task Metrics_count_the_requests_that_were_served()
    {
        await using var stack = await Stack.StartAsync(environment, Stop);
        (await stack.Gateway.Client.GetAsync("version", Stop)).Dispose();
        var metrics = await stack.Gateway.Client.GetStringAsync("metrics", Stop);
        metrics.Should().Contain("http_requests_received_total{code=\"200\",method=\"GET\"");
    }

    [Theory]
    [InlineData("""{"shipment_id":"S","driver_id":"D","origin":"A","destination":"B"}""", "planned_delivery_date")]
    [InlineData("""{"shipment_id":" ","driver_id":"D","origin":"A","destination":"B","planned_delivery_date":"2030-01-01"}""",
        "shipment_id")]
    [InlineData("""{"shipment_id":"S","driver_id":"D","origin":"A","destination":"B","planned_delivery_date":"soon"}""",
        "planned_delivery_date")]
    [InlineData("""{"shipment_id":""", "JSON")]
    public async Task A_shipment_that_cannot_be_scored_is_answered_422_with_problem_details(string body, string culprit)
    {
        await using var stack = await Stack.StartAsync(environment, Stop);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await stack.Gateway.Client.PostAsync("iq/score/shipment", content, Stop);
        answer.StatusCode.Should().Be(HttpStatusCode.UnprocessableEntity);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        (await answer.Content.ReadAsStringAsync(Stop)).Should().Contain(culprit);
    }
}
