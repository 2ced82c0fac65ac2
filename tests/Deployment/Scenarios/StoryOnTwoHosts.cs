using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;
using ChainBridge.Tests.Deployment.Ssh;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>A story on two hosts over SSH, with a server for each that the story may stop and cut off, and a database outside.</summary>
public abstract class StoryOnTwoHosts : Story
{
    private readonly LocalSshd _one = new() { HasOwnHome = true };
    private TwoHostsUnderTest _target = null!;

    public string One => _one.Address.Place;
    public string Two => ServerOfTwo.Address.Place;

    /// <summary>Leads to the second host.</summary>
    protected LocalSshd ServerOfTwo { get; } = new() { HasOwnHome = true };

    protected OutsideDatabase Database { get; } = new();

    protected Uri SecondDoor => _target.SecondDoor;

    public override async Task RunAsync(string target, CancellationToken cancellationToken)
    {
        try
        {
            await base.RunAsync(target, cancellationToken);
        }
        finally
        {
            await _one.DisposeAsync();
            await ServerOfTwo.DisposeAsync();
            await Database.DisposeAsync();
        }
    }

    protected abstract Task RunOnAsync(Lab lab, CancellationToken cancellationToken);

    protected sealed override async Task<Lab> OpenAsync(string target, CancellationToken cancellationToken)
    {
        LocalSshd.Require();
        await _one.InitializeAsync();
        await ServerOfTwo.InitializeAsync();
        await Database.StartAsync(cancellationToken);
        return await Lab.OpenAsync(_target = new(_one, ServerOfTwo, Database), cancellationToken);
    }

    protected sealed override async Task RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        try
        {
            await RunOnAsync(lab, cancellationToken);
        }
        finally
        {
            // What stands is taken down over SSH.
            await ServerOfTwo.StartAsync();
        }
    }

    /// <summary>What the doors answer, the first host's first.</summary>
    protected async Task<IReadOnlyList<string>> PagesAsync(Lab lab, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        var doors = new[] { lab.Door, SecondDoor };
        return [.. await Task.WhenAll(doors.Select(door => client.GetStringAsync(door, cancellationToken)))];
    }

    /// <summary>Those of the second host.</summary>
    protected async Task<string[]> ContainersOfTwoAsync(CancellationToken cancellationToken, string format) =>
        (await Shell.RunAsync("/", cancellationToken, "docker", "ps", "--filter",
            $"label=chainbridge.environment={await EnvironmentOfTwoAsync(cancellationToken)}", "--format", format))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What everything of the environment is labelled with on the second host, whose door is at this port.</summary>
    protected async Task<string> EnvironmentOfTwoAsync(CancellationToken cancellationToken) => (await Shell.RunAsync("/", cancellationToken,
        "docker", "ps", "--filter", $"publish={SecondDoor.Port}", "--format", "{{.Label \"chainbridge.environment\"}}")).Trim();
}
