using StackExchange.Redis;

namespace ChainBridge.TestKit.Redis;

/// <summary>
/// A user per lease that the server holds to its own number or prefix. What it was refused stands in the server's log under
/// its name, so a test that swallowed the refusal is found out as well.
/// </summary>
internal sealed class RedisGuard(RedisAdmin admin, string user, string password)
{
    private const string LogLength = "10000";

    /// <summary>What our client library asks for by itself, refused or not, is no matter of the test.</summary>
    private static readonly string[] Foreign = ["select", "move", "copy", "swapdb", "flushall", "flushdb", "keys", "randomkey",
        "script|flush", "function|flush"];

    public string User => user;

    public string Password => password;

    /// <summary>All that can leave the number is refused: selecting another, moving or copying there, swapping, flushing all.</summary>
    /// <returns>Null where the server has no such users: then the number is not guarded.</returns>
    public static Task<RedisGuard?> OfNumberAsync(RedisAdmin admin, int number, CancellationToken cancellationToken) =>
        MakeAsync(admin, ["~*", "&*", "+@all", "-@admin", "-flushall", "-swapdb", "-move", "-copy", "-migrate", "-script|flush",
            "-function|flush", "-select", $"+select|{number}"], cancellationToken);

    /// <summary>
    /// The server compares every key and channel with the prefix; commands that name none, yet reach others, are refused.
    /// </summary>
    public static async Task<RedisGuard> OfPrefixAsync(RedisAdmin admin, string prefix, int number, CancellationToken cancellationToken) =>
        await MakeAsync(admin, [$"~{RedisAdmin.Pattern(prefix)}", "resetchannels", $"&{RedisAdmin.Pattern(prefix)}", "+@all", "-@admin",
            "-@dangerous", "+info", "+sort", "+sort_ro",
            "-randomkey", "-move", "-copy", "-script|flush", "-function|flush", "-select", $"+select|{number}"], cancellationToken)
        ?? throw new LeaseException(
            $"{admin.Server} refuses to make users, so a prefix cannot be guarded: use KeySpace.Number for this test");

    /// <summary>
    /// Leaves the user without any right; answers what it was refused, in words, or null. The user is not deleted: the
    /// client library of a test that runs on would log in anew, fail, and go on as the server's own user.
    /// </summary>
    public async Task<string?> EndAsync(CancellationToken cancellationToken)
    {
        await admin.ExecuteAsync("ending the lease's user", 0, cancellationToken, "ACL", "SETUSER", user, "-@all", "resetkeys",
            "resetchannels");
        var log = (RedisResult[]?)await admin.ExecuteAsync("reading what the lease was refused", 0, cancellationToken, "ACL", "LOG",
            LogLength) ?? [];
        var refused = log.Select(entry => entry.ToDictionary()).Where(entry => Text(entry, "username") == user).Select(Refusal)
            .OfType<string>().Distinct().ToList();
        return refused.Count == 0 ? null : string.Join(", ", refused);
    }

    private static string? Refusal(Dictionary<string, RedisResult> entry)
    {
        var (reason, what) = (Text(entry, "reason"), Text(entry, "object"));
        return reason switch
        {
            "key" or "channel" when !what.StartsWith("__Booksleeve", StringComparison.Ordinal) =>
                $"{OfClient(entry, "cmd").ToUpperInvariant()} of the {reason} '{what}'{By(entry)}",
            "command" when Foreign.Contains(what, StringComparer.OrdinalIgnoreCase) =>
                what.ToUpperInvariant().Replace('|', ' ') + (what == "select" ? " of another database" : "") + By(entry),
            _ => null,
        };
    }

    /// <summary>Which client it was, where it has set a name: our client library by default only names the machine.</summary>
    private static string By(Dictionary<string, RedisResult> entry) =>
        OfClient(entry, "name") is { Length: > 0 } name && !name.Contains("SE.Redis", StringComparison.Ordinal)
            ? $" by the client '{name}'"
            : "";

    private static string OfClient(Dictionary<string, RedisResult> entry, string name) =>
        Text(entry, "client-info").Split(' ').FirstOrDefault(part => part.StartsWith(name + "=", StringComparison.Ordinal))
            ?[(name.Length + 1)..] ?? "";

    private static string Text(Dictionary<string, RedisResult> entry, string name) =>
        entry.TryGetValue(name, out var value) ? $"{value}" : "";

    private static async Task<RedisGuard?> MakeAsync(RedisAdmin admin, string[] rules, CancellationToken cancellationToken)
    {
        var (user, password) = ($"chainbridge-{Guid.NewGuid():N}", Guid.NewGuid().ToString("N"));
        try
        {
            await admin.ExecuteAsync("making the lease's user", 0, cancellationToken, "ACL",
                ["SETUSER", user, "reset", "on", $">{password}", .. rules]);
        }
        catch (RedisServerException)
        {
            return null;
        }

        return new(admin, user, password);
    }
}
