using ChainBridge.Edge;

// Usage: ChainBridge.Edge PUBLIC-URL ADMIN-URL STATE-FILE, with the admin side's key in CHAINBRIDGE_EDGE_KEY; or
// ChainBridge.Edge health ADMIN-URL
if (args is ["health", var address]) return await EdgeApp.HealthAsync(new Uri(address));
if (args.Length != 3 || Environment.GetEnvironmentVariable("CHAINBRIDGE_EDGE_KEY") is not { Length: > 0 } key)
{
    await Console.Error.WriteLineAsync("usage: ChainBridge.Edge PUBLIC-URL ADMIN-URL STATE-FILE, with a key in CHAINBRIDGE_EDGE_KEY that "
        + "whoever moves the traffic must know");
    return 2;
}

try
{
    var door = new FrontDoor(new EdgeStateFile(args[2]));
    await using var admin = EdgeApp.BuildAdmin(door, args[1], key);
    await using var open = EdgeApp.BuildPublic(door, args[0]);
    await admin.StartAsync();
    await open.RunAsync();
    return 0;
}
catch (InvalidDataException unreadable)
{
    await Console.Error.WriteLineAsync(unreadable.Message);
    return 1;
}
