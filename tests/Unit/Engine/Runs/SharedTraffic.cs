using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Tests.Unit.Engine.Runs;

/// <summary>
/// Users of an environment that shares its traffic. A second passes with each look at the edge, so that nothing has to wait for the
/// world's clock, and each slot gets its share of the requests of that second.
/// </summary>
internal sealed class SharedTraffic
{
    /// <summary>A share below a half and one above it: what is active changes in the middle.</summary>
    public static readonly CanarySpec Usual =
        new([5, 75], TimeSpan.FromMilliseconds(80), TimeSpan.FromMilliseconds(160), TimeSpan.Zero, 0.01, 0.10);

    /// <summary>The same with two looks at each share, for those that die before each call there is.</summary>
    public static readonly CanarySpec Quick = Usual with { WaitFor = TimeSpan.FromMilliseconds(15) };

    private readonly World _world;
    private readonly FakeTarget _target;
    private readonly Dictionary<Slot, Count> _counts = new() { [Slot.Blue] = new(), [Slot.Green] = new() };

    private SharedTraffic(World world, FakeTarget target) => (_world, _target) = (world, target);

    /// <summary>Requests of a second.</summary>
    public int Rate { get; set; } = 20_000;

    /// <summary>The part of a release's requests that fails.</summary>
    public Func<string, double> Failing { get; set; } = _ => 0;

    /// <summary>By how much the answers of a release take longer.</summary>
    public Func<string, double> Slower { get; set; } = _ => 1;

    /// <summary>The part of a release's requests whose callers give up before there is an answer.</summary>
    public Func<string, double> Hanging { get; set; } = _ => 0;

    /// <summary>Names the start of the edge.</summary>
    public Func<string> Start { get; set; } = () => "first start";

    /// <summary>Gives the environment the strategy, and users at the door of each host.</summary>
    /// <returns>Those of the first host.</returns>
    public static SharedTraffic Of(World world, CanarySpec? spec = null)
    {
        world.Manifest = world.Manifest with
        {
            Environments = world.Manifest.Environments.ToDictionary(environment => environment.Key,
                environment => environment.Value with { Canary = spec ?? Usual }),
        };
        var traffic = world.Targets.Select(target => new SharedTraffic(world, target)).ToList();
        foreach (var users in traffic) users._target.Counted = users.Look;
        return traffic[0];
    }

    private SlotFigures Look(Slot slot)
    {
        _world.Time.Advance(TimeSpan.FromSeconds(1));
        var (count, version) = (_counts[slot], _target.Running.GetValueOrDefault(slot)?.Version ?? "none");
        var requests = Rate * _target.Shares.Of(slot) / 100;
        var (failed, hanging) = ((long)(requests * Failing(version)), (long)(requests * Hanging(version)));
        (count.Requests, count.Failed, count.GivenUp) = (count.Requests + requests, count.Failed + failed, count.GivenUp + hanging);
        foreach (var hundredth in Enumerable.Range(0, 100))
        {
            var time = (long)((10_000 + (100 * hundredth)) * Slower(version));
            count.Times[time] = count.Times.GetValueOrDefault(time) + ((requests - hanging) / 100);
        }

        return new(Start(), count.Requests, count.Failed, 0)
        {
            GivenUp = count.GivenUp, Durations = Latencies.Of([.. count.Times.Select(bucket => new[] { bucket.Key, bucket.Value })]),
        };
    }

    private sealed class Count
    {
        public long Requests { get; set; }
        public long Failed { get; set; }
        public long GivenUp { get; set; }
        public Dictionary<long, long> Times { get; } = [];
    }
}
