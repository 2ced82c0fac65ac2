using ChainBridge.TestKit;
using ChainBridge.TestKit.Postgres;
using ChainBridge.Tests.TestKit.Infrastructure;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>Migrations as teams have them: the folders beside this file.</summary>
internal static class MigrationFiles
{
    public static MigrationSet Of(string folder) => MigrationSet.FromFolder(PathOf(folder));

    /// <summary>The folder's scripts with another name for what belongs to the server: another run may have made that one.</summary>
    public static MigrationSet Of(string folder, string role, string otherRole) =>
        MigrationSet.FromScripts([.. MigrationFolder.Read(PathOf(folder))
            .Select(script => script with { Sql = script.Sql.Replace(role, otherRole, StringComparison.Ordinal) })]);

    private static string PathOf(string folder) => Path.Combine(Repository.Root, "tests", "TestKit", "Postgres", "Migrations", folder);
}
