using ChainBridge.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ChainBridge.Tests.TestKit.Sample;

/// <summary>Services in the test's process that log to the console, with a rule of their own for it.</summary>
public sealed class LogsInItsService
{
    [Fact]
    public Task Passes_beside_its_log() => LogAsync("the log of the test that passes");

    [Fact]
    public async Task Fails_beside_its_log()
    {
        await LogAsync("the log of the test that fails");
        Assert.Fail("on purpose");
    }

    private static async Task LogAsync(string line)
    {
        var builder = WebApplication.CreateBuilder(["--Logging:Console:LogLevel:Shop=Trace"]);
        var application = builder.Build();
        application.MapGet("/health", (ILoggerFactory loggers) =>
        {
            loggers.CreateLogger("Shop").LogWarning("{Line}", line);
            return Results.Ok();
        });
        await ServiceHost.InProcessAsync("shop", application, TimeProvider.System, TestContext.Current.CancellationToken);
    }
}
