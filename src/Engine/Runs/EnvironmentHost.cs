using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Hosts.Ssh;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Steps;

namespace ChainBridge.Engine.Runs;

/// <summary>Opens the host that an environment lives on: this machine, or one over SSH.</summary>
/// <param name="sshKey">A private key; null for those that ssh finds by itself.</param>
public sealed class EnvironmentHost(TimeProvider time, string? sshKey)
{
    /// <summary>The host.</summary>
    /// <param name="changing">Gets each change before it is made, in the words a plan has for it.</param>
    /// <exception cref="EngineException"><see cref="Failure.Unreachable"/>, with the reason and what to do.</exception>
    public Task<HostHandle> OpenAsync(EnvironmentSpec environment, Action<string> changing, CancellationToken cancellationToken) =>
        OpenAsync(environment, changing, host => host, cancellationToken);

    /// <summary>The host, which is asked and never changed.</summary>
    /// <param name="log">Gets each change that would be made.</param>
    /// <inheritdoc cref="OpenAsync(EnvironmentSpec, Action{string}, CancellationToken)"/>
    public Task<HostHandle> PlannedAsync(EnvironmentSpec environment, PlanLog log, CancellationToken cancellationToken) =>
        OpenAsync(environment, null, host => new PlannedHost(host, log.Write), cancellationToken);

    /// <summary>The environment with the full path of its state on the host.</summary>
    public static EnvironmentSpec On(HostHandle host, EnvironmentSpec environment) => host.Home is not { } home ? environment
        : environment with { StateDirectory = Path.Combine(home, environment.StateDirectory.TrimEnd('/')) };

    private async Task<HostHandle> OpenAsync(
        EnvironmentSpec environment, Action<string>? changing, Func<IHost, IHost> asked, CancellationToken cancellationToken)
    {
        var commands = ThisMachine.Commands(time);
        if (environment.Host is not { } address) return new(asked(new LocalHost(commands, changing)), time);
        var target = new SshTarget(address, environment.SshConfig, sshKey);
        var host = await SshHost.OpenAsync(target, new LocalExecutor(time), time, changing, cancellationToken, commands);
        return new(asked(host), host.Clock, host.Facts.Home, host);
    }
}
