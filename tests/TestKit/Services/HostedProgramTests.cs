using ChainBridge.TestKit;
using ChainBridge.Tests.TestKit.Service;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.TestKit.Services;

/// <summary>Programs that run in the test's process, on real Kestrel.</summary>
[ApiHealth]
public sealed class HostedProgramTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_runs_as_it_is_with_the_settings_and_the_clock_of_the_test()
    {
        var time = new FakeTimeProvider(Noon);
        await using var service = await ServiceHost.InProcessAsync<Entry>("hosted",
            new() { Time = time, Settings = new Dictionary<string, string?> { ["Some:Thing"] = "of the test" } }, Stop);
        service.BaseAddress.Host.Should().Be("127.0.0.1");
        service.BaseAddress.Port.Should().BeGreaterThan(0);
        (await service.Client.GetStringAsync("setting/Some__Thing", Stop)).Should().Be("of the test");
        (await service.Client.GetStringAsync("time", Stop)).Should().Be(Noon.ToString("O"));
        time.Advance(TimeSpan.FromDays(1));
        (await service.Client.GetStringAsync("time", Stop)).Should().Be(Noon.AddDays(1).ToString("O"));
        service.Log.Should().Contain(line => line.Contains("Now listening on"));
    }

    [Fact]
    public async Task Several_run_side_by_side_each_with_its_own_settings()
    {
        var services = await Task.WhenAll(Enumerable.Range(0, 4).Select(number =>
            ServiceHost.InProcessAsync<Entry>($"hosted-{number}",
                new() { Settings = new Dictionary<string, string?> { ["Name"] = $"number {number}" } }, Stop)));
        for (var number = 0; number < services.Length; number++)
            (await services[number].Client.GetStringAsync("chain", Stop)).Should().Be($"number {number}");
        foreach (var service in services) await service.DisposeAsync();
        using var client = new HttpClient();
        foreach (var service in services)
            await client.Awaiting(one => one.GetAsync(service.BaseAddress, Stop))
                .Should().ThrowAsync<HttpRequestException>("it has stopped");
    }

    [Fact]
    public async Task A_program_that_throws_in_its_Main_is_reported_at_once_with_its_exception()
    {
        var starting = () => ServiceHost.InProcessAsync<Entry>("hosted",
            new() { Settings = new Dictionary<string, string?> { ["Fails"] = "no such database" } }, Stop);
        (await starting.Should().ThrowAsync<ServiceStartException>())
            .WithMessage("hosted ended with InvalidOperationException: no such database before it was healthy*at Program.*");
    }

    [Fact]
    public async Task A_program_that_does_not_become_healthy_is_stopped_and_its_last_answer_reported()
    {
        var starting = () => ServiceHost.InProcessAsync<Entry>("hosted",
            new() { HealthPath = "no/such/page", StartTimeout = TimeSpan.FromSeconds(2) }, Stop);
        (await starting.Should().ThrowAsync<ServiceStartException>())
            .WithMessage("hosted was not healthy within 2 s: /no/such/page answered 404*its last output*/no/such/page*");
    }

    [Fact]
    public async Task A_type_without_a_program_is_refused()
    {
        var starting = () => ServiceHost.InProcessAsync<FakeTimeProvider>("hosted", new(), Stop);
        (await starting.Should().ThrowAsync<ServiceStartException>()).WithMessage("*has no Main*");
    }

    [Fact]
    public async Task A_WebApplicationFactory_is_taken_over_with_its_own_doings()
    {
        var factory = new WebApplicationFactory<Program>()
            .WithWebHostBuilder(host => host.ConfigureTestServices(services => services.UseTime(new FakeTimeProvider(Noon))));
        factory.UseKestrel(0);
        factory.StartServer();
        await using var service = await ServiceHost.InProcessAsync("factory", factory.Services, factory, Stop);
        (await service.Client.GetStringAsync("time", Stop)).Should().Be(Noon.ToString("O"));
    }

    [Fact]
    public async Task A_WebApplicationFactory_without_Kestrel_listens_nowhere_and_fails_with_what_to_do()
    {
        await using var factory = new WebApplicationFactory<Program>();
        var starting = () => ServiceHost.InProcessAsync("factory", factory.Services, factory, Stop);
        (await starting.Should().ThrowAsync<ServiceStartException>()).WithMessage("factory listens nowhere*UseKestrel(0)*StartServer()*");
    }

    [Fact]
    public async Task A_builder_gets_the_clock_of_the_test_in_place_of_its_own()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System).UseTime(new FakeTimeProvider(Noon));
        var app = builder.Build();
        app.MapGet("/health", (TimeProvider time) => time.GetUtcNow().ToString("O"));
        await using var service = await ServiceHost.InProcessAsync("built", app, TimeProvider.System, Stop);
        (await service.Client.GetStringAsync("health", Stop)).Should().Be(Noon.ToString("O"));
    }

    /// <summary>64 at once, many times over, without a port taken twice: the system chooses each, and it is read back.</summary>
    [Fact]
    public async Task Sixty_four_started_at_once_all_get_a_port()
    {
        for (var round = 0; round < 3; round++)
        {
            var services = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => StartTinyAsync()));
            services.Select(service => service.BaseAddress.Port).Should().OnlyHaveUniqueItems();
            await Task.WhenAll(services.Select(service => service.DisposeAsync().AsTask()));
        }

        static async Task<ServiceUnderTest> StartTinyAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var app = builder.Build();
            app.MapGet("/health", () => "well");
            return await ServiceHost.InProcessAsync("tiny", app, TimeProvider.System, Stop);
        }
    }
}
