using System.Net.Http.Headers;
using ChainBridge.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;
using StackExchange.Redis;
using Xunit;

namespace ChainBridge.Tests.TestKit.Sample;

/// <summary>
/// Tests that fail with services, an exchange and secrets about them: <c>SAMPLE_PLANT_n</c> are planted in every place that evidence
/// is taken from.
/// </summary>
[Isolation(Isolation.Clone)]
[KeySpace(KeySpace.Number)]
public sealed class LeavesEvidence(TestEnvironment environment)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task When_it_fails()
    {
        await using var api = await ApiAsync();
        await using var child = await ServiceHost.ProcessAsync("child", Child("Password=" + Secret(4)),
            new Dictionary<string, string?> { ["CHILD_API_KEY"] = Secret(5) }, TimeProvider.System, Stop, new() { HealthPath = null });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"orders?access_token={Secret(6)}")
        {
            Content = new StringContent($$"""{"name":"first","password":"{{Secret(7)}}"}""", new MediaTypeHeaderValue("application/json"))
        };
        request.Headers.Authorization = new("Bearer", Secret(8));
        request.Headers.Add("Cookie", $"session={Secret(9)}");
        using var answer = await api.Client.SendAsync(request, Stop);
        TestScope.Current!.AddEvidence("database", (folder, stop) => folder.WriteAsync("connection.txt",
            $"Host=db;Username=postgres;Password={Secret(10)};Database=test_1\npostgres://postgres:{Secret(11)}@db/test_1\n"
                + $"SELECT '{Secret(1)}'", stop));
        await child.KillAsync(Stop);
        Assert.Fail($"the order was not taken: Host=db;Password={Secret(12)};Database=x");
    }

    [Fact]
    public async Task Not_when_it_passes()
    {
        await using var api = await ApiAsync();
        Assert.Equal("well", await api.Client.GetStringAsync("health", Stop));
        TestScope.Current!.AddEvidence("never", (folder, stop) => folder.WriteAsync("never.txt", "asked", stop));
    }

    [Fact]
    public void With_sources_that_fail_or_never_answer()
    {
        TestScope.Current!.AddEvidence("good", (folder, stop) => folder.WriteAsync("good.txt", "evidence", stop));
        TestScope.Current!.AddEvidence("broken", (_, _) => throw new InvalidOperationException($"away, Password={Secret(10)}"));
        TestScope.Current!.AddEvidence("blocked", (_, _) =>
        {
            new ManualResetEventSlim().Wait(CancellationToken.None);
            return Task.CompletedTask;
        });
        Assert.Fail("on purpose");
    }

    [Fact]
    public async Task With_a_database_and_a_cache()
    {
        var database = await environment.Postgres.LeaseAsync(
            new MigrationSet("evidence", (connection, stop) => ExecuteAsync(connection, "CREATE TABLE things (name text)", stop)), Stop);
        var cache = await environment.Redis.LeaseAsync(Stop);
        await ExecuteAsync(database.ConnectionString, "INSERT INTO things VALUES ('one'), ('two')", Stop);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(cache.ConnectionString);
        await redis.GetDatabase().StringSetAsync(cache.KeyPrefix + "left-behind", "1");
        // Left as a test that fails leaves it: the connection in its transaction, with its lock.
        var holder = TestScope.Current!.Own(await database.OpenAsync(Stop));
        await using var locking = new NpgsqlCommand("BEGIN; LOCK TABLE things IN SHARE MODE", holder);
        await locking.ExecuteNonQueryAsync(Stop);
        Assert.Fail("two things are one too many");
    }

    private static async Task ExecuteAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Secret(int number) =>
        Environment.GetEnvironmentVariable($"SAMPLE_PLANT_{number}") ?? throw new InvalidOperationException($"no SAMPLE_PLANT_{number}");

    /// <summary>Says where it listens, though it does not, and more than what is kept, and its secret.</summary>
    private static string[] Child(string secret) =>
        ["sh", "-c", "echo Now listening on: http://127.0.0.1:1; i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo line $i; done; "
            + "echo \"$0 $CHILD_API_KEY\"; sleep 60", secret];

    private static async Task<ServiceUnderTest> ApiAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("Payment:Secret", Secret(2))]);
        var app = builder.Build();
        app.MapGet("/health", () => "well");
        app.MapPost("/orders", async (HttpRequest request, HttpResponse response, ILogger<LeavesEvidence> logger, CancellationToken stop) =>
        {
            using var reader = new StreamReader(request.Body);
            logger.LogInformation("took {Body} for {Id}", await reader.ReadToEndAsync(stop),
                request.Headers["X-Correlation-Id"].ToString());
            response.Headers.SetCookie = $"session={Secret(9)}";
            return Results.Json(new { taken = false, token = Secret(3) }, statusCode: 409);
        });
        return await ServiceHost.InProcessAsync("api", app, TimeProvider.System, Stop);
    }
}

/// <summary>A service that several tests share adds evidence to the one that used it.</summary>
public sealed class LeavesEvidenceOfASharedService(LeavesEvidenceOfASharedService.SharedService shared)
    : IClassFixture<LeavesEvidenceOfASharedService.SharedService>
{
    [Fact]
    public async Task Used_by_a_test_that_fails()
    {
        await shared.Service.Client.GetStringAsync("health", TestContext.Current.CancellationToken);
        Assert.Fail("on purpose");
    }

    [Fact]
    public void Not_used_by_a_test_that_fails() => Assert.Fail("on purpose");

    public sealed class SharedService : IAsyncLifetime
    {
        public ServiceUnderTest Service { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var app = WebApplication.CreateSlimBuilder().Build();
            app.MapGet("/health", () => "well");
            Service = await ServiceHost.InProcessAsync("shared", app, TimeProvider.System, CancellationToken.None);
        }

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}
