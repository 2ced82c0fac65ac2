using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Secrets;
using ChainBridge.LocalServers;

namespace ChainBridge.Engine.Platforms.Process;

/// <summary>
/// The data folder of an environment's PostgreSQL, with the user, the password and the database that the accessory's image would make.
/// </summary>
internal sealed class PostgresCluster(IExecutor executor, AccessorySecrets secrets, AccessorySpec accessory)
{
    /// <summary>The server's unit, its secret, and the superuser where the compose file names none.</summary>
    public const string Name = "postgres";

    private const string Next = "correct what it says, then try again";

    private string User => accessory.Settings.GetValueOrDefault("POSTGRES_USER", Name);

    /// <summary>A half-made cluster has no PG_VERSION in its place: it is made beside and renamed.</summary>
    /// <param name="folder">Where the password may be handed over.</param>
    public async Task MakeAsync(string folder, string data, CancellationToken cancellationToken)
    {
        var handed = Path.Combine(folder, "password");
        var half = data + ".half";
        if (Directory.Exists(half)) Directory.Delete(half, recursive: true);
        try
        {
            // Before it exists it is readable by us alone, and then by the server's user alone.
            secrets.Keep(Name, accessory.Settings.GetValueOrDefault(AccessorySpec.PasswordSetting));
            File.Copy(secrets.FileOf(Name), handed, overwrite: true);
            await ServerUser.OwnAsync(folder, cancellationToken);
            await RunAsync([Program("initdb"), "-D", half, $"--username={User}", $"--pwfile={handed}", "--auth=scram-sha-256",
                "--encoding=UTF8", "--locale=C.UTF-8"], cancellationToken);
        }
        finally
        {
            File.Delete(handed);
        }

        // As the image does: named like the user where no name is given. A server in single-user mode asks for no password.
        if (accessory.Settings.GetValueOrDefault("POSTGRES_DB", User) is var database and not Name)
            await RunAsync(["sh", "-c",
                "printf 'CREATE DATABASE \"%s\";\\n' \"$0\" | \"$1\" --single -c exit_on_error=on -D \"$2\" postgres",
                database.Replace("\"", "\"\"", StringComparison.Ordinal), Program("postgres"), half], cancellationToken);
        Directory.Move(half, data);
    }

    /// <summary>
    /// The first line of postmaster.pid is the server's id, the eighth says <c>ready</c>: unlike a connection it cannot be answered by a
    /// stranger on the port, nor by a file left behind.
    /// </summary>
    public static bool IsReady(string data, int id)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(data, "postmaster.pid")) is { Length: >= 8 } lines && lines[0].Trim() == $"{id}"
                && lines[7].Trim() == "ready";
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string Program(string name) => Path.Combine(ServerPrograms.PostgresFolder(), name);

    private async Task RunAsync(string[] command, CancellationToken cancellationToken) =>
        (await executor.RunAsync(Command.Of(ServerUser.Command(command)) with { Folder = "/" }, null, cancellationToken))
            .MustSucceed(Failure.Unreachable, Next);
}
