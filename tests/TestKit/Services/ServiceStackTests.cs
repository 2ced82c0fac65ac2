using System.Collections.Concurrent;
using ChainBridge.TestKit;
using ChainBridge.Tests.TestKit.Service;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ChainBridge.Tests.TestKit.Services;

/// <summary>Several services wired to each other.</summary>
[CrossService]
public sealed class ServiceStackTests
{
    private readonly ConcurrentQueue<string> _happened = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_gets_the_addresses_of_those_it_needs_in_process_and_as_a_process()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "ChainBridge.Tests.TestKit.Service.dll");
        await using var stack = await ServiceStack.StartAsync(
        [
            new("front", async (start, stop) => await ServiceHost.InProcessAsync<Entry>("front", new()
            {
                Settings = new Dictionary<string, string?>(start.Settings) { ["Name"] = "front" }
            }, stop)) { Needs = Need("middle") },
            new("middle", async (start, stop) => await ServiceHost.ProcessAsync("middle", ["dotnet", program],
                new Dictionary<string, string?>(start.Variables) { ["Name"] = "middle" },
                TimeProvider.System, stop)) { Needs = Need("back") },
            new("back", async (_, stop) => await ServiceHost.InProcessAsync<Entry>("back",
                new() { Settings = new Dictionary<string, string?> { ["Name"] = "back" } }, stop)),
        ], Stop);
        (await stack["front"].Client.GetStringAsync("chain", Stop)).Should().Be("front > middle > back");
        stack.Invoking(one => one["sideways"]).Should().Throw<KeyNotFoundException>().WithMessage("*'sideways'*back, front, middle*");
    }

    [Fact]
    public async Task They_start_after_those_they_need_and_stop_before_them()
    {
        var stack =
            await ServiceStack.StartAsync([Plan("front", "middle"), Plan("side", "back"), Plan("middle", "back"), Plan("back")], Stop);
        await stack.DisposeAsync();
        var order = _happened.ToList();
        order.Should().HaveCount(8);
        foreach (var (later, earlier) in new[] { ("front", "middle"), ("side", "back"), ("middle", "back") })
        {
            order.IndexOf($"{later} starts").Should().BeGreaterThan(order.IndexOf($"{earlier} starts"));
            order.IndexOf($"{later} stops").Should().BeLessThan(order.IndexOf($"{earlier} stops"));
        }
    }

    [Fact]
    public async Task Those_that_need_nothing_of_each_other_start_at_once()
    {
        using var both = new Barrier(2);
        ServicePlan Meets(string name) => new(name, (_, stop) => Task.Run(
            async () =>
            {
                both.SignalAndWait(TimeSpan.FromSeconds(20), stop).Should().BeTrue("the other starts meanwhile");
                return await TinyAsync(name, stop);
            },
            stop));
        await using var stack = await ServiceStack.StartAsync([Meets("left"), Meets("right")], Stop);
    }

    [Fact]
    public async Task A_service_that_fails_is_named_with_its_reason_and_the_others_are_stopped()
    {
        var slow = new TaskCompletionSource();
        var starting = () => ServiceStack.StartAsync(
        [
            Plan("back"),
            new("middle",
                (_, _) => throw new ServiceStartException("middle ended with exit code 3 before it was healthy")) { Needs = Need("back") },
            Plan("front", "middle"),
            new("slow", async (_, stop) =>
            {
                await slow.Task.WaitAsync(stop);
                return await TinyAsync("slow", stop);
            }),
        ], Stop);
        (await starting.Should().ThrowAsync<ServiceStartException>()).WithMessage("the stack did not start because of middle: "
            + "middle ended with exit code 3*stopped again: back; never ran: middle, front, slow*");
        _happened.Should().Equal("back starts", "back stops");
    }

    [Fact]
    public async Task Plans_that_cannot_be_are_refused_before_anything_starts_with_all_that_is_wrong()
    {
        var starting = (ServicePlan[] plans) => FluentActions.Awaiting(() => ServiceStack.StartAsync(plans, Stop))
            .Should().ThrowAsync<ArgumentException>();
        (await starting([Plan("a", "b"), Plan("b", "c"), Plan("c", "a"), Plan("d")]))
            .WithMessage("*needs go in a circle: a -> b -> c -> a*");
        (await starting([Plan("a", "absent"), Plan("b"), Plan("b")]))
            .WithMessage("*'b' is there 2 times*'a' needs 'absent' for Next:Url, and there is none: the stack has a, b*");
        _happened.Should().BeEmpty();
    }

    private static Dictionary<string, string> Need(string? name) => name is null ? [] : new() { ["Next:Url"] = name };

    private ServicePlan Plan(string name, string? need = null) => new(name, async (_, stop) =>
    {
        _happened.Enqueue($"{name} starts");
        return await TinyAsync(name, stop);
    }) { Needs = Need(need) };

    private async Task<ServiceUnderTest> TinyAsync(string name, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/health", () => "well");
        app.Lifetime.ApplicationStopped.Register(() => _happened.Enqueue($"{name} stops"));
        return await ServiceHost.InProcessAsync(name, app, TimeProvider.System, cancellationToken);
    }
}
