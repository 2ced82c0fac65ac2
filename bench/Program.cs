using ChainBridge.Bench;
using ChainBridge.Bench.FirstLight;
using ChainBridge.Bench.Load;
using ChainBridge.Bench.LoadServers;
using ChainBridge.Bench.Release;
using ChainBridge.Bench.TestKit;
using ChainBridge.LocalServers;

// Usage: ChainBridge.Bench [NAME]    without a name: every set
// (child NAME is how a set measures a process from its start.)
if (args is ["child", KestrelChild.Name]) return await KestrelChild.RunAsync(CancellationToken.None);
if (args is ["child", YarpChild.Name, var target]) return await YarpChild.RunAsync(target, CancellationToken.None);
if (args is ["child", TrafficChild.Name, var door, var report])
    return await TrafficChild.RunAsync(new(door), report, CancellationToken.None);
if (args is ["child", var load] && load.StartsWith("load-", StringComparison.Ordinal))
    return await LoadChildren.RunAsync(load, CancellationToken.None);
if (args is ["child", var child]) return await Children.RunAsync(child, CancellationToken.None);

var sets = new Dictionary<string, Func<string, CancellationToken, Task<IReadOnlyList<Row>>>>
{
    ["first-light"] = FirstLightSet.MeasureAsync,
    ["testkit"] = TestKitSet.MeasureAsync,
    ["release"] = ReleaseSet.MeasureAsync,
    ["load"] = LoadSet.MeasureAsync,
    ["load-servers"] = LoadServersSet.MeasureAsync,
};
var name = args.FirstOrDefault();
if (name is not null && !sets.ContainsKey(name))
{
    await Console.Error.WriteLineAsync($"bench: there is no set '{name}'; sets are: {string.Join(", ", sets.Keys)}");
    return 2;
}

using var interrupt = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    interrupt.Cancel();
};
var root = Root.Find(AppContext.BaseDirectory);
var met = true;
try
{
    foreach (var set in sets.Where(set => name is null || set.Key == name))
        met &= await Report.PublishAsync(set.Key, root, await set.Value(root, interrupt.Token), interrupt.Token);
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("bench: interrupted; what was started is taken down, nothing was published");
    return 130;
}
catch (Exception failure) when (failure is InvalidOperationException or ServerStartException or ServerNotFoundException)
{
    // A part that could not be measured: a table without it would look as if all were well.
    await Console.Error.WriteLineAsync($"bench: nothing was published: {failure.Message}");
    return 1;
}

return met ? 0 : 1;
