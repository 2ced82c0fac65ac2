using ChainBridge.Edge;

if (args is ["health", var address]) return await EdgeApp.HealthAsync(new Uri(address));
try
{
    var start = StartArguments.Parse(args);
    var key = Environment.GetEnvironmentVariable("CHAINBRIDGE_EDGE_KEY");
    if (key is not { Length: > 0 }) throw new FormatException($"CHAINBRIDGE_EDGE_KEY is empty. {StartArguments.Usage}");
    var door = new FrontDoor(new EdgeStateFile(start.StateFile));
    await using var admin = EdgeApp.BuildAdmin(door, start.Admin, key);
    await using var open = EdgeApp.BuildPublic(door, start.Public, start.Doors);
    await admin.StartAsync();
    await open.RunAsync();
    return 0;
}
catch (FormatException misunderstood)
{
    await Console.Error.WriteLineAsync(misunderstood.Message);
    return 2;
}
catch (InvalidDataException unreadable)
{
    await Console.Error.WriteLineAsync(unreadable.Message);
    return 1;
}
