using ChainBridge.TestKit.Providers.Shared;

namespace ChainBridge.TestKit;

/// <summary>
/// The library run as a program: it watches over what a run of tests has on a server that others use too. Named and internal, so
/// that <c>Program</c> in a test is the program under test and no other.
/// </summary>
internal static class Program
{
    private static async Task<int> Main() => await TenancyReaper.WatchAsync(Console.In, Console.Out, CancellationToken.None);
}
