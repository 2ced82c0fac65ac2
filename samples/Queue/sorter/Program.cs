// Takes parcels from the queue and writes each into the ledger. A parcel is moved to the list of those in hand first, so
// one that a killed sorter had is not lost: the next sorter puts it back on the queue before it begins.
using System.Runtime.InteropServices;
using Npgsql;
using StackExchange.Redis;

using var stop = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal));
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal));

await using var ledger = NpgsqlDataSource.Create(Environment.GetEnvironmentVariable("LEDGER")!);
await using var redis = await ConnectionMultiplexer.ConnectAsync(Environment.GetEnvironmentVariable("BROKER")!);
var queue = redis.GetDatabase();
while (await queue.ListMoveAsync("in-hand", "parcels", ListSide.Left, ListSide.Right) is { IsNull: false } left)
    Console.WriteLine($"put back {left}");

Console.WriteLine("sorting");
while (!stop.IsCancellationRequested)
{
    var parcel = await queue.ListMoveAsync("parcels", "in-hand", ListSide.Right, ListSide.Left);
    if (parcel.IsNull)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(20));
        continue;
    }

    await using (var insert = ledger.CreateCommand("INSERT INTO sorted (parcel) VALUES ($1)"))
    {
        insert.Parameters.AddWithValue((string)parcel!);
        await insert.ExecuteNonQueryAsync();
    }

    await queue.StringIncrementAsync("sorted");
    await queue.ListRemoveAsync("in-hand", parcel);
}

Console.WriteLine("stopped");

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
