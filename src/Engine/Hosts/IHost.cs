using ChainBridge.Engine.Commands;

namespace ChainBridge.Engine.Hosts;

/// <summary>
/// The machine that an environment lives on. Whatever changes it goes through here with a name: so a plan is the same code,
/// run on a host that writes the names down instead (<see cref="PlannedHost"/>).
/// </summary>
internal interface IHost : IExecutor
{
    /// <summary>The files of its state.</summary>
    IHostFiles Files { get; }

    /// <summary>Whether changes are only written down.</summary>
    bool OnlyPlans { get; }

    /// <summary>For people: <c>this machine</c>, or its address.</summary>
    string Name { get; }

    /// <summary>
    /// The machine on which commands run and find the files that they read, and on which releases are built: the host itself, or the
    /// runner's machine where the host is another one.
    /// </summary>
    IHost Workshop { get; }

    /// <summary>Where the runner's machine reaches the host's Docker engine; null for the one that docker finds by itself.</summary>
    string? EnginePath { get; }

    /// <summary>Where the runner reaches a port of the host's loopback.</summary>
    Task<Uri> ReachAsync(int port, CancellationToken cancellationToken);

    /// <summary>The connection to it; null for this machine, which needs none.</summary>
    HostWay? Way => null;

    /// <summary>Makes a change that is no command: a file, a request, an order to the supervisor.</summary>
    /// <param name="what">The change in words, without a secret, e.g. <c>write compose/blue/override.yml</c>.</param>
    /// <param name="planned">What a host that only plans answers.</param>
    Task<T> ChangeAsync<T>(string what, Func<Task<T>> change, T planned);

    /// <summary>Asks for something that only the changes before have made true.</summary>
    /// <param name="planned">What a host that only plans takes for true.</param>
    Task<T> AfterwardsAsync<T>(Func<Task<T>> ask, T planned);
}

/// <summary>What follows from what a host can.</summary>
internal static class HostChanges
{
    /// <summary>Whether it is another machine than the runner's.</summary>
    public static bool IsElsewhere(this IHost host) => !ReferenceEquals(host.Workshop, host);

    public static Task ChangeAsync(this IHost host, string what, Func<Task> change) => host.ChangeAsync(what, async () =>
    {
        await change();
        return true;
    }, true);

    public static Task ChangeAsync(this IHost host, string what, Action change) => host.ChangeAsync(what, () =>
    {
        change();
        return Task.FromResult(true);
    }, true);

    public static Task AfterwardsAsync(this IHost host, Func<Task> ask) => host.AfterwardsAsync(async () =>
    {
        await ask();
        return true;
    }, true);
}
