using System.Net;
using System.Net.Sockets;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Faults;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ChainBridge.Tests.TestKit.Faults;

/// <summary>Between two services that speak HTTP, and what of a proxy is left when its test is over.</summary>
[CrossService]
public sealed class BetweenServicesTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_meets_what_is_wrong_between_it_and_another_and_only_there()
    {
        await using var back = await StartAsync("back", app => app.MapGet("/stock", () => new string('s', 10_000)));
        await using var proxy = await FaultProxy.StartAsync(back, Stop);
        using var toBack = new HttpClient { BaseAddress = proxy.Through(back), Timeout = TimeSpan.FromSeconds(5) };
        await using var front = await StartAsync("front", app => app.MapGet("/order", async () =>
        {
            try
            {
                return Results.Text($"{(await toBack.GetStringAsync("stock")).Length}");
            }
            catch (Exception broken) when (broken is HttpRequestException or OperationCanceledException)
            {
                return Results.Text(broken.GetType().Name, statusCode: 503);
            }
        }));

        foreach (var toxic in new Toxic[] { new Down(), new Reset(), new LimitData(5000), new Silence(TimeSpan.FromMilliseconds(100)),
            new Latency(TimeSpan.FromHours(1)) })
        {
            (await front.Client.GetStringAsync("order", Stop)).Should().Be("10000", "nothing is wrong before {0}", toxic);
            using (proxy.Add(toxic))
            {
                (await front.Client.GetAsync("order", Stop))
                    .StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable, "{0} is between the two", toxic);
                (await back.Client.GetStringAsync("stock", Stop)).Should().HaveLength(10_000, "the test's own way to it is another");
            }
        }
    }

    [Fact]
    public async Task A_share_of_the_connections_is_struck_and_the_seed_decides_which()
    {
        var (first, same, other) = (await StruckAsync(1), await StruckAsync(1), await StruckAsync(2));
        first.Should().Equal(same).And.NotEqual(other).And.Contain(true).And.Contain(false);

        static async Task<IReadOnlyList<bool>> StruckAsync(int seed)
        {
            await using var wire = await Wire.StartAsync(Stop, seed: seed);
            wire.Proxy.Add(new Reset { Share = 0.5 }, Direction.Upstream);
            var struck = new List<bool>();
            for (var connection = 0; connection < 20; connection++)
            {
                await wire.ConnectAsync(Stop);
                await wire.Client.SendAsync(new byte[1], Stop);
                try
                {
                    await wire.Server.ReceiveAsync(new byte[1], Stop);
                    struck.Add(false);
                }
                catch (SocketException)
                {
                    struck.Add(true);
                }
            }

            return struck;
        }
    }

    [Fact]
    public async Task A_proxy_ends_with_the_test_that_started_it()
    {
        var outer = TestScope.Current;
        var scope = new TestScope(TestContext.Current.Test!.UniqueID, "inner");
        scope.Open();
        try
        {
            await using var server = await StartAsync("server", _ => { });
            var proxy = await FaultProxy.StartAsync(server, Stop);
            using var client = new TcpClient();
            await client.ConnectAsync(proxy.EndPoint, Stop);
            await scope.EndAsync(TestEnding.Passed, Stop);
            proxy.Connections.Should().Be(0);
            await FluentActions.Awaiting(() => new TcpClient().ConnectAsync(proxy.EndPoint, Stop).AsTask())
                .Should().ThrowAsync<SocketException>();
            FluentActions.Invoking(() => proxy.Add(new Down())).Should().Throw<ObjectDisposedException>();
        }
        finally
        {
            outer?.Open();
        }
    }

    [Fact]
    public async Task The_port_stays_the_proxys_own_while_it_is_down()
    {
        await using var wire = await Wire.StartAsync(Stop);
        using var down = wire.Proxy.Add(new Down());
        var others = Enumerable.Range(0, 1000)
            .Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        others.ForEach(other => other.Bind(new IPEndPoint(IPAddress.Loopback, 0)));
        others.Should().NotContain(other => ((IPEndPoint)other.LocalEndPoint!).Port == wire.Proxy.EndPoint.Port,
            "a caller that asks for any port is not given this one");
        others.ForEach(other => other.Dispose());
        down.Dispose();
        await wire.ConnectAsync(Stop);
    }

    [Fact]
    public async Task A_toxic_that_makes_no_sense_is_refused_by_its_name_and_the_value()
    {
        await using var wire = await Wire.StartAsync(Stop);
        var adding = (Toxic toxic) => wire.Proxy.Invoking(proxy => proxy.Add(toxic)).Should().Throw<ArgumentException>();
        adding(new Latency(TimeSpan.FromSeconds(-1))).WithMessage("Latency: Delay = -00:00:01*cannot be negative*");
        adding(new Bandwidth(0)).WithMessage("Bandwidth: BytesPerSecond = 0*1 or more*");
        adding(new Slicing(10, 10)).WithMessage("Slicing: Variation = 10*0 to 9*");
        adding(new LimitData(-1)).WithMessage("LimitData: Bytes = -1*");
        adding(new Reset { Share = 1.1 }).WithMessage("Reset: Share = 1.1*0 to 1*");
        var handle = wire.Proxy.Add(new Down());
        handle.Dispose();
        handle.Invoking(gone => gone.Change(new Down())).Should().Throw<InvalidOperationException>().WithMessage("*taken away already*");
    }

    private static async Task<ServiceUnderTest> StartAsync(string name, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/health", () => "well");
        map(app);
        return await ServiceHost.InProcessAsync(name, app, TimeProvider.System, Stop);
    }
}
