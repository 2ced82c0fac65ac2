using ChainBridge.TestKit;
using ChainBridge.Tests.Integration.Infrastructure;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Smoke;

/// <summary>
/// The release under the smoke run: at <c>CHAINBRIDGE_BASE_URL</c>, or, without it, a stack of this machine.
/// Every answer must come from <c>CHAINBRIDGE_EXPECT_VERSION</c>, when that is set.
/// </summary>
public sealed class Release : IAsyncDisposable
{
    private readonly Stack? _stack;

    private Release(ServiceUnderTest door, string? version, Stack? stack) => (Door, Version, _stack) = (door, version, stack);

    public ServiceUnderTest Door { get; }

    /// <summary>Null when any version is welcome.</summary>
    public string? Version { get; }

    public static async Task<Release> FindAsync(TestEnvironment environment, CancellationToken cancellationToken)
    {
        var version = Environment.GetEnvironmentVariable("CHAINBRIDGE_EXPECT_VERSION") is { Length: > 0 } expected ? expected : null;
        if (Environment.GetEnvironmentVariable("CHAINBRIDGE_BASE_URL") is { Length: > 0 } address)
            return new(ServiceHost.At("release", new Uri(address)), version, null);
        var stack = await Stack.StartAsync(environment, cancellationToken);
        return new(stack.Gateway, version, stack);
    }

    /// <summary>Sends, and refuses an answer from another version than the one expected.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await Door.Client.SendAsync(request, cancellationToken);
        answer.Headers.TryGetValues("X-ChainBridge-Version", out var versions)
            .Should().BeTrue("{0} {1} must say who answered", request.Method, request.RequestUri);
        if (Version is not null)
            versions.Should()
                .Equal([Version], "{0} {1} must be answered by the release that was deployed", request.Method, request.RequestUri);
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        if (_stack is not null) await _stack.DisposeAsync();
        await Door.DisposeAsync();
    }
}
