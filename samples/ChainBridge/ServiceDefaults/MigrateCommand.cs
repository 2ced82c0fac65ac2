using System.Text.Json;

namespace ChainBridge.Samples.ServiceDefaults;

/// <summary>The <c>migrate</c> argument of a service.</summary>
internal static class MigrateCommand
{
    public static async Task<int> RunAsync(MigrationRunner migrations, string[] args, CancellationToken cancellationToken)
    {
        try
        {
            switch (args)
            {
                case ["up"]:
                    await migrations.UpAsync(cancellationToken);
                    return 0;
                case ["down", "--to", var step] when int.TryParse(step, out var number) && number >= 0:
                    await migrations.DownAsync(number, cancellationToken);
                    return 0;
                case ["status"]:
                    Console.WriteLine(JsonSerializer.Serialize(await migrations.StatusAsync(cancellationToken), WireFormat.Options));
                    return 0;
                default:
                    await Console.Error.WriteLineAsync("usage: migrate up | migrate down --to STEP | migrate status");
                    return 2;
            }
        }
        catch (Exception failure) when (failure is InvalidOperationException or Npgsql.NpgsqlException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }
}
