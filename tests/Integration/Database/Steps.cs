using ChainBridge.Samples.ServiceDefaults;
using ChainBridge.TestKit.Assertions;

namespace ChainBridge.Tests.Integration.Database;

/// <summary>The migrations of a service for TestKit's assertions, each applied and undone by the service's own runner.</summary>
public static class Steps
{
    public static IReadOnlyList<MigrationStep> Of(IReadOnlyList<Migration> migrations) =>
        [.. migrations.Select(migration => new MigrationStep(
            migration.Step, migration.Name,
            (connectionString, stop) => new MigrationRunner(connectionString, [.. migrations.Take(migration.Step)]).UpAsync(stop),
            migration.Down is null
                ? null
                : (connectionString, stop) => new MigrationRunner(connectionString, migrations).DownAsync(migration.Step - 1, stop)))];
}
