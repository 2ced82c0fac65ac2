using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Hosts.Ssh;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Steps;

namespace ChainBridge.Engine.Runs;

/// <summary>Opens the hosts that an environment lives on: this machine, or others over SSH.</summary>
/// <param name="sshKey">A private key; null for those that ssh finds by itself.</param>
public sealed class EnvironmentHost(TimeProvider time, string? sshKey)
{
    /// <summary>The folder, beside what gates and commands read and write, with a folder of that kind for each of several hosts.</summary>
    internal const string Folder = "hosts";

    /// <summary>The hosts.</summary>
    /// <param name="changing">Gets each change before it is made, in the words a plan has for it.</param>
    /// <param name="withoutSilent">
    /// Whether a host that does not answer is only named (<see cref="HostHandle.Away"/>), as long as the one with the state does.
    /// </param>
    /// <exception cref="EngineException">
    /// <see cref="Failure.Unreachable"/>, with the reason and what to do, for each that is away.
    /// </exception>
    public Task<HostHandle> OpenAsync(
        EnvironmentSpec environment, Action<string> changing, bool withoutSilent, CancellationToken cancellationToken) =>
        OpenAsync(environment, changing, null, withoutSilent, cancellationToken);

    /// <summary>The hosts, which are asked and never changed.</summary>
    /// <param name="log">Gets each change that would be made.</param>
    /// <inheritdoc cref="OpenAsync(EnvironmentSpec, Action{string}, bool, CancellationToken)"/>
    public Task<HostHandle> PlannedAsync(
        EnvironmentSpec environment, PlanLog log, bool withoutSilent, CancellationToken cancellationToken) =>
        OpenAsync(environment, null, log.Write, withoutSilent, cancellationToken);

    /// <summary>The environment with the full path of its state on the host.</summary>
    public static EnvironmentSpec On(HostHandle host, EnvironmentSpec environment) =>
        host.Home is null ? environment : environment with { StateDirectory = host.StateOf(environment) };

    /// <summary>
    /// The part of an environment on several hosts that is on this one. What Compose reads for it lies in a folder of its own.
    /// </summary>
    internal static EnvironmentSpec PartOn(HostHandle host, EnvironmentSpec environment) => On(host, environment) with
    {
        Port = environment.Hosts.First(spec => spec.Address == host.Address).Port ?? environment.Port,
        WorkDirectory = Path.Combine(environment.WorkDirectory, Folder, host.Address!.Place.Replace(':', '-')),
    };

    private async Task<HostHandle> OpenAsync(EnvironmentSpec environment, Action<string>? changing, Action<string>? planned,
        bool withoutSilent, CancellationToken cancellationToken)
    {
        if (environment.Hosts.Count == 0)
        {
            var here = new LocalHost(ThisMachine.Commands(time), changing);
            return new(planned is null ? here : new PlannedHost(here, planned), time);
        }

        var opening = environment.Hosts.Select(host => TryAsync(
            environment.Hosts.Count == 1 ? null : host.Address.Place, host.Address, environment, changing, planned, cancellationToken));
        var opened = await Task.WhenAll(opening);
        var others = opened.Skip(1).Select(one => one.Handle).OfType<HostHandle>().ToList();
        try
        {
            foreach (var one in opened)
                if (one.Failure is { } failure && (failure is not EngineException || opened.Length == 1))
                    System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
            var away = opened.Where(one => one.Failure is not null).Select(one => (one.Address.Place, one.Failure!)).ToList();
            if (away.Count > 0 && (!withoutSilent || opened[0].Failure is not null)) throw HostFailures.Together(away);
            RefuseStateElsewhere(environment, others);
            return new(opened[0].Handle!.Host, opened[0].Handle!.Clock, opened[0].Handle!.Home, opened[0].Handle)
            {
                Address = opened[0].Address, Others = others, Away = [.. away.Select(one => HostFailures.Together([one]))],
            };
        }
        catch
        {
            foreach (var one in opened) one.Handle?.Dispose();
            throw;
        }
    }

    private async Task<(HostAddress Address, HostHandle? Handle, Exception? Failure)> TryAsync(string? place, HostAddress address,
        EnvironmentSpec environment, Action<string>? changing, Action<string>? planned, CancellationToken cancellationToken)
    {
        try
        {
            var host = await SshHost.OpenAsync(new(address, environment.SshConfig, sshKey), new LocalExecutor(time), time,
                There(changing), cancellationToken, new LocalHost(ThisMachine.Commands(time), changing));
            IHost asked = planned is null ? host : new PlannedHost(host, There(planned)!, planned);
            return (address, new(asked, host.Clock, host.Facts.Home, host) { Address = address }, null);
        }
        catch (Exception failure)
        {
            return (address, null, failure);
        }

        // Of several hosts a change names its own.
        Action<string>? There(Action<string>? listener) =>
            listener is null || place is null ? listener : what => listener($"on {place}: {what}");
    }

    /// <summary>State on another host than the first would be a second truth about the same releases.</summary>
    private static void RefuseStateElsewhere(EnvironmentSpec environment, IEnumerable<HostHandle> others)
    {
        foreach (var other in others)
            if (other.StateOf(environment) is var state && other.Files.Exists(Path.Combine(state, Journal.LinesFile)))
                throw new EngineException(Failure.Refused,
                    $"{other.Address!.Place} has a journal of its own in {state}: it is, or was, the first host of {environment.Name} or "
                        + "its only one",
                    "name the host with the state first in hosts; or take what is there down with it as the only host: deployrunner down "
                        + "--volumes");
    }
}
