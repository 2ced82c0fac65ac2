using System.Runtime.ExceptionServices;
using System.Text.RegularExpressions;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms;

/// <summary>A host of an environment, with the platform that runs the releases there.</summary>
/// <param name="Name">For people; null for the only one, which need not be told from others.</param>
public sealed record PlatformHost(string? Name, IPlatform Platform)
{
    /// <summary>What was found there, with the host it was found on.</summary>
    public string Says(string found) => Named(Name, found);

    /// <summary>A thing of this host.</summary>
    public string Of(string thing) => Name is null ? thing : $"{thing} on {Name}";

    /// <summary>What names the host as a word of its own is not given its name again.</summary>
    internal static string Named(string? name, string found) =>
        name is null || Regex.IsMatch(found, $@"(?<![\w.-]){Regex.Escape(name)}(?![\w.-])") ? found : $"{name}: {found}";
}

/// <summary>What a host answered.</summary>
public sealed record HostAnswer<T>(PlatformHost Host, T Answer);

/// <summary>The hosts that an environment's releases run on. Each of them must prove what is asked of all.</summary>
/// <param name="All">At least one; the first holds the environment's state.</param>
/// <param name="InTurn">One after the other, in order; else at the same time.</param>
public sealed record HostGroup(IReadOnlyList<PlatformHost> All, bool InTurn)
{
    /// <summary>The group of a platform that is one host.</summary>
    public static HostGroup Only(IPlatform platform) => new([new(null, platform)], InTurn: true);

    /// <summary>
    /// Asks every host. One that fails keeps none of the others from being asked; afterwards all failures are thrown as one, which names
    /// their hosts.
    /// </summary>
    public async Task<IReadOnlyList<HostAnswer<T>>> AskAsync<T>(Func<IPlatform, Task<T>> ask, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (All is [{ Name: null } only]) return [new(only, await ask(only.Platform))];
        var tries = new List<Task<(PlatformHost Host, T? Answer, Exception? Failure)>>();
        foreach (var host in All)
        {
            // The files of a host are asked in step, which would keep the next host waiting.
            tries.Add(InTurn ? TryAsync(host, ask) : Task.Run(() => TryAsync(host, ask), CancellationToken.None));
            if (InTurn) await tries[^1];
        }

        var tried = await Task.WhenAll(tries);
        var failures = tried.Where(one => one.Failure is not null).Select(one => (one.Host, Failure: one.Failure!)).ToList();
        if (failures.Count > 0) Throw(failures);
        return [.. tried.Select(one => new HostAnswer<T>(one.Host, one.Answer!))];
    }

    /// <summary>Changes every host, likewise.</summary>
    public Task DoAsync(Func<IPlatform, Task> change, CancellationToken cancellationToken) => AskAsync(async platform =>
    {
        await change(platform);
        return true;
    }, cancellationToken);

    private static async Task<(PlatformHost Host, T? Answer, Exception? Failure)> TryAsync<T>(
        PlatformHost host, Func<IPlatform, Task<T>> ask)
    {
        try
        {
            return (host, await ask(host.Platform), null);
        }
        catch (Exception failure)
        {
            return (host, default, failure);
        }
    }

    private static void Throw(IReadOnlyList<(PlatformHost Host, Exception Failure)> failures)
    {
        // What no host foresaw, and an interrupt, stay what they are.
        if (failures.Select(one => one.Failure).FirstOrDefault(failure => failure is not (EngineException or IOException)) is { } other)
            ExceptionDispatchInfo.Throw(other);
        throw HostFailures.Together([.. failures.Select(one => (one.Host.Name!, one.Failure))]);
    }
}

/// <summary>Failures of several hosts as one.</summary>
public static class HostFailures
{
    /// <summary>The failures that decide over others; what is not among them comes last.</summary>
    private static readonly IReadOnlyList<Failure> Order = [Failure.Locked, Failure.PersonNeeded, Failure.Unreachable];

    /// <summary>One failure that names each host with its own.</summary>
    public static EngineException Together(IReadOnlyList<(string Host, Exception Failure)> failures)
    {
        var kinds = failures.Select(one => one.Failure is EngineException known ? known.Failure : Failure.Unreachable).ToList();
        var kind = Order.Concat(kinds).First(kinds.Contains);
        var steps = failures.Select(one => one.Failure is EngineException known ? known.NextStep : "look at the host and the network");
        return new(kind, string.Join("; ", failures.Select(one => PlatformHost.Named(one.Host, one.Failure.Message))),
            string.Join("; ", steps.Distinct()), failures[0].Failure) { Hosts = [.. failures.Select(one => one.Host)] };
    }
}
