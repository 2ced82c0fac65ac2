using ChainBridge.Machine;
using ChainBridge.Machine.Supervision;
using ChainBridge.Supervisor;

// Usage: ChainBridge.Supervisor FOLDER
if (args.Length != 1)
{
    await Console.Error.WriteLineAsync("usage: ChainBridge.Supervisor FOLDER");
    return 2;
}

// Started from a script's background, we would ignore the interrupt, and so would every unit, for ever.
Interrupts.Restore();
var folder = new SupervisorFolder(Path.GetFullPath(args[0]));
folder.Create();
using var only = Hold(folder.Lock);
if (only is null)
{
    await Console.Error.WriteLineAsync($"another supervisor has {folder.Path}; this one is not needed");
    return 3;
}

using var logs = LoggerFactory.Create(builder => builder.AddSimpleConsole(line =>
    (line.SingleLine, line.UseUtcTimestamp, line.TimestampFormat) = (true, true, "yyyy-MM-ddTHH:mm:ssZ ")));
var roster = new Roster(folder, TimeProvider.System, logs.CreateLogger("supervisor"));
try
{
    roster.Adopt();
}
catch (InvalidDataException unreadable)
{
    await Console.Error.WriteLineAsync(unreadable.Message);
    return 1;
}

// Left by one that was killed; ours to remove, because the lock is ours.
File.Delete(folder.Socket);
await using var app = SupervisorApp.Build(roster, folder);
await app.StartAsync();
File.SetUnixFileMode(folder.Socket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
var idle = EndWhenIdleAsync();
// Ended by a signal, it leaves its units running: the next supervisor finds them. Only a runner with the lock stops them.
await app.WaitForShutdownAsync();
await idle;
return 0;

async Task EndWhenIdleAsync()
{
    using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
    using var stopping = app.Lifetime.ApplicationStopping.Register(timer.Dispose);
    while (await timer.WaitForNextTickAsync())
        if (roster.CloseWhenIdle(TimeSpan.FromSeconds(10))) app.Lifetime.StopApplication();
}

static FileStream? Hold(string path)
{
    try
    {
        return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }
    catch (IOException)
    {
        return null;
    }
}
