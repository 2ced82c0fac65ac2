using System.Net;

namespace ChainBridge.TestKit.Load;

/// <summary>The engines there are.</summary>
public static class LoadEngine
{
    /// <summary>In a process of its own on this machine: the one to use.</summary>
    public static ILoadEngine Process(TimeProvider time) => Processes(1, time);

    /// <summary>The same load split over several processes of this machine.</summary>
    public static ILoadEngine Processes(int count, TimeProvider time) => count >= 1
        ? new GeneratorEngine(count, [], null, time)
        : throw new LoadPlanException($"{count} generators make no load: at least 1");

    /// <summary>The same load split over agents on other hosts (<c>chainbridge-load agent</c>).</summary>
    /// <param name="token">What they were started with in <c>CHAINBRIDGE_LOAD_TOKEN</c>.</param>
    public static ILoadEngine Agents(IReadOnlyList<DnsEndPoint> agents, string token, TimeProvider time) => agents.Count >= 1
        ? new GeneratorEngine(0, agents, token, time)
        : throw new LoadPlanException("no agent was named: as host:port");

    /// <summary>In this process: for a scenario that needs what lives in it. Its own work and the load disturb each other.</summary>
    public static ILoadEngine InProcess(TimeProvider time) => new InProcessEngine(time, new PrecisePacer());
}
