using ChainBridge.TestKit;
using Xunit;

namespace ChainBridge.Tests.TestKit.Sample;

/// <summary>
/// Runs the image <c>SAMPLE_IMAGE</c> as a service, writes the container's id into the file <c>SAMPLE_READY</c>, and
/// holds it until it is killed.
/// </summary>
public sealed class HoldsContainer
{
    [Fact]
    public async Task Until_it_is_killed()
    {
        var stop = TestContext.Current.CancellationToken;
        var file = Environment.GetEnvironmentVariable("SAMPLE_READY")!;
        var options = new ContainerOptions { HealthPath = null, Command = ["sleep", "600"] };
        await using var service = await ServiceHost.ContainerAsync("held", Environment.GetEnvironmentVariable("SAMPLE_IMAGE")!,
            options, stop);
        await File.WriteAllTextAsync(file + ".part", service.ContainerId, stop);
        File.Move(file + ".part", file);
        await Task.Delay(Timeout.Infinite, stop);
    }
}
