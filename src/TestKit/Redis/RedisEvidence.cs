using System.Globalization;
using StackExchange.Redis;

namespace ChainBridge.TestKit.Redis;

/// <summary>The evidence of a failed test's key space: how many keys it holds, the first of them, and the server's slow commands.</summary>
internal sealed class RedisEvidence(RedisAdmin admin, int number, string prefix)
{
    private const int Shown = 100;

    /// <summary>Writes its files; one that cannot be collected holds the reason instead.</summary>
    public async Task CollectAsync(EvidenceFolder folder, CancellationToken cancellationToken)
    {
        var name = prefix.Length > 0 ? prefix.TrimEnd(':') : number.ToString(CultureInfo.InvariantCulture);
        await WriteAsync("keys", KeysAsync);
        await WriteAsync("slowlog", SlowLogAsync);

        async Task WriteAsync(string what, Func<CancellationToken, Task<string>> text)
        {
            string content;
            try
            {
                content = await text(cancellationToken);
            }
            catch (Exception failure) when (failure is LeaseException or RedisException)
            {
                content = $"could not be had: {failure.Message}";
            }

            await folder.WriteAsync($"redis-{what}-{name}.txt", content + "\n", cancellationToken);
        }
    }

    private async Task<string> KeysAsync(CancellationToken cancellationToken)
    {
        var keys = await admin.KeysAsync("listing the keys", number, prefix, int.MaxValue, cancellationToken);
        var shown = keys.Select(key => $"{key}").Order(StringComparer.Ordinal).Take(Shown);
        return string.Join('\n', [
            $"{keys.Count} {(keys.Count == 1 ? "key" : "keys")} in database {number}"
                + $"{(prefix.Length > 0 ? $" with the prefix {prefix}" : "")}"
                + (keys.Count > Shown ? $", the first {Shown} of them:" : ""),
            .. shown]);
    }

    private async Task<string> SlowLogAsync(CancellationToken cancellationToken)
    {
        var entries = (RedisResult[]?)await admin.ExecuteAsync("reading the slow log", 0, cancellationToken, "SLOWLOG", "GET", "50") ?? [];
        var lines = entries.Select(entry => (RedisResult[])entry!).Select(entry => $"{entry[2]} us, client {entry[4]} {entry[5]}: "
            + $"{string.Join(' ', ((RedisResult[])entry[3]!).Take(20).Select(part => $"{part}"))}");
        return entries.Length == 0 ? "no slow commands (slower than the server's slowlog-log-slower-than)" : string.Join('\n', lines);
    }
}
