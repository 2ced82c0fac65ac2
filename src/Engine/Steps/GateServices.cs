using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;

namespace ChainBridge.Engine.Steps;

/// <summary>The addresses of services that the commands of a gate refer to.</summary>
public static class GateServices
{
    /// <summary>
    /// The subjects, each with its own host's addresses. Where these cannot be had, commands that refer to services are inconclusive, and
    /// everything else of the gate is asked all the same.
    /// </summary>
    /// <param name="subjects">One for each host.</param>
    /// <param name="slotOf">The slot that is asked on a host; null where none has the traffic.</param>
    public static async Task<IReadOnlyList<GateSubject>> AddAsync(IPlatform platform, IReadOnlyList<GateSubject> subjects, GateSpec gate,
        Func<PlatformHost, Slot?> slotOf, CancellationToken cancellationToken)
    {
        var services = References.Services(gate.Commands);
        // Over SSH each address costs.
        if (services.Count == 0) return subjects;
        var with = new List<GateSubject>();
        foreach (var subject in subjects)
        {
            var host = platform.Hosts.All.Single(host => host.Name == subject.Host);
            with.Add(slotOf(host) is { } slot
                ? await AddAsync(subject, host.Platform, slot, services, cancellationToken)
                : subject with { NoServices = "no release has the traffic" });
        }

        return with;
    }

    private static async Task<GateSubject> AddAsync(
        GateSubject subject, IPlatform host, Slot slot, IReadOnlyCollection<string> services, CancellationToken cancellationToken)
    {
        try
        {
            return subject with { Services = await host.AddressesAsync(slot, services, cancellationToken) };
        }
        catch (EngineException away) when (away.Failure == Failure.Unreachable)
        {
            return subject with { NoServices = away.Message };
        }
    }
}
