using ChainBridge.TestKit.Providers.Shared;

// The library run as a program: it watches over what a run of tests has on a server that others use too.
return await TenancyKeeper.WatchAsync(Console.In, Console.Out, CancellationToken.None);
