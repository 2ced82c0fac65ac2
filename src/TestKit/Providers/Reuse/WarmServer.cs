using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ChainBridge.LocalServers;
using ChainBridge.Machine;

namespace ChainBridge.TestKit.Providers.Reuse;

/// <summary>How a server is made that outlives its runs.</summary>
/// <param name="Kind"><c>postgres</c> or <c>redis</c>.</param>
/// <param name="Settings">What it is made of: equal settings may share a server.</param>
/// <param name="State">What is to be known about it; its reaper is filled in.</param>
/// <param name="Command">Run in the server's folder, <c>$PWD</c>; it ends when the server does.</param>
/// <param name="Stop">Shell text that asks the server, <c>$server</c>, to end.</param>
/// <param name="Owner">The user who gets the folder; null for our own.</param>
internal sealed record WarmRecipe(
    string Kind, string Settings, WarmState State, IReadOnlyList<string> Command, string Stop, string? Owner = null);

/// <summary>
/// This run's hold on a server that outlives it. Each run that uses the server holds a shared lock on one file, which the kernel
/// releases however the holder ends. The server's reaper, a shell in a session of its own, tries once a second for the
/// lock alone; when it got it for the whole idle time, it ends the server and removes everything.
/// </summary>
internal sealed class WarmServer : IAsyncDisposable
{
    private const string Reaper = """
        state=$1; idle=$2; place=$3; host=$4; owner=$5; stop=$6; shift 6
        trap "" INT TERM HUP
        umask 077
        began=$(cut -d" " -f22 /proc/$$/stat)
        folder=$place/cb-warm-$host-$$-$began-00000000
        mkdir "$folder" && cd "$folder" || exit 97
        [ -z "$owner" ] || chown "$owner" "$folder"
        export CB_OWNER="$$@$(cut -c1-8 /proc/sys/kernel/random/boot_id).$began"
        printf '%s' "$CB_STATE" | sed "s/@REAPER@/$$ $began/" >"$state.part" && mv "$state.part" "$state" || exit 97
        unset CB_STATE
        exec 9>>"$state.users"
        "$@" 9>&- </dev/null >log 2>&1 & server=$!
        free=0
        while kill -0 $server; do
          sleep 1
          if flock -n -x 9; then free=$((free+1)); [ $free -lt $idle ] || break; flock -u 9; else free=0; fi
        done
        if grep -qF "$$ $began" "$state"; then tail -n 20 log >"$state.last"; rm -f "$state"; fi
        i=0
        while kill -0 $server && [ $i -lt 50 ]; do eval "$stop"; sleep 0.1; i=$((i+1)); done
        kill -KILL $server
        memory=$(sed -n '7s/.* //p' data/postmaster.pid) && [ -n "$memory" ] && ipcrm -m "$memory"
        cd /
        for again in 1 2 3 4 5 6 7 8 9; do rm -rf "$folder" && break; sleep 0.2; done
        # No run holds it now; a run that asks meanwhile asks again and starts another server.
        if flock -n -x 9; then rm -f "$state.users"; [ $free -lt $idle ] || rm -f "$state.last"; fi
        """;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly FileStream _use;

    private WarmServer(FileStream use, WarmState state, bool isNew) => (_use, State, IsNew) = (use, state, isNew);

    /// <summary>What is known about the server.</summary>
    public WarmState State { get; }

    /// <summary>Whether this run started it.</summary>
    public bool IsNew { get; }

    /// <summary>Returns when a server made from the recipe answers: the one that is there, or a new one.</summary>
    /// <param name="answers">Whether it is the server that the state describes, and ready.</param>
    /// <exception cref="ProviderException">The key is another server's, or there is none within 60 s.</exception>
    public static async Task<WarmServer> TakeAsync(ReuseSettings reuse, WarmRecipe recipe,
        Func<WarmState, CancellationToken, Task<bool>> answers, TimeProvider time, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Path.GetTempPath(),
            $"chainbridge-reuse-{Environment.UserName}-{reuse.KeyOf(recipe.Settings)}-{recipe.Kind}");
        var began = time.GetTimestamp();
        var use = await HoldAsync(file + ".users", began, time, cancellationToken);
        try
        {
            // Held until the server answers: others that come meanwhile find it ready.
            await using var starting = await FileLock.TakeAsync(Path.Combine(Path.GetTempPath(),
                $"chainbridge-reuse-{Environment.UserName}.start"), StartTimeout, time, onWait: null, cancellationToken);
            var launched = false;
            while (true)
            {
                if (WarmState.Read(file) is { IsKept: true } state)
                {
                    if (state.Settings != recipe.Settings)
                        throw new ProviderException($"CHAINBRIDGE_REUSE_KEY={reuse.Key} names a {recipe.Kind} that is "
                            + $"made otherwise (it is: {state.Settings}; this run wants: {recipe.Settings}). It was left alone. "
                            + "Choose another key, or none, or wait until it has gone (CHAINBRIDGE_REUSE_IDLE)");
                    if (await answers(state, cancellationToken)) return new(use, state, launched);
                }
                else if (!launched)
                {
                    Launch(file, reuse, recipe, time);
                    launched = true;
                }

                if (time.GetElapsedTime(began) > StartTimeout)
                    throw new ProviderException($"the {recipe.Kind} to be reused did not answer within {StartTimeout.TotalSeconds} "
                        + $"s ({recipe.Settings}); {Last(file)}");
                await Task.Delay(Interval, time, cancellationToken);
            }
        }
        catch
        {
            await use.DisposeAsync();
            throw;
        }
    }

    /// <summary>Logs that the server was there before this run: not everything on it is then this run's.</summary>
    /// <param name="server">For people: what it is and where.</param>
    public async Task LogAsync(object server, TextWriter log)
    {
        if (!IsNew)
            await log.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"ChainBridge.TestKit: reusing {server}, started {State.Started.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC; it ends when no run "
                    + $"has used it for {ReuseSettings.Text(State.Idle)} (CHAINBRIDGE_REUSE=1)"));
    }

    /// <summary>Ends our use; the server stays.</summary>
    public ValueTask DisposeAsync() => _use.DisposeAsync();

    /// <summary>A shared lock. The reaper has the file alone for a moment once a second.</summary>
    private static async Task<FileStream> HoldAsync(string file, long began, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var held = new FileStream(file, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read);
                if (IsHeld(file)) return held;
                // The reaper removed the file between our opening and our locking it.
                await held.DisposeAsync();
            }
            catch (IOException failure) when (FileLock.IsHeld(failure))
            {
                // The reaper has it alone for a moment.
            }

            if (time.GetElapsedTime(began) > StartTimeout)
                throw new ProviderException($"waited {StartTimeout.TotalSeconds} s in vain for {file}, which another process has locked "
                    + $"(fuser {file} shows which). Use another CHAINBRIDGE_REUSE_KEY, or none of CHAINBRIDGE_REUSE");
            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    /// <summary>Whether the file of this name is the one that we hold: then no other process can lock it alone.</summary>
    private static bool IsHeld(string file)
    {
        try
        {
            using var alone = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.None);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static void Launch(string file, ReuseSettings reuse, WarmRecipe recipe, TimeProvider time)
    {
        var (place, host) = ScratchFolder.PlaceAndHost();
        string[] arguments = ["/bin/sh", "-c", Reaper, "sh", file, ((int)reuse.Idle.TotalSeconds).ToString(CultureInfo.InvariantCulture),
            place, host, recipe.Owner ?? "", recipe.Stop, .. recipe.Command];
        // The server inherits none of our pipes; a process that reads our output would otherwise wait for the server's end.
        var start = new ProcessStartInfo(OwnSession.Program, ["/bin/sh", "-c", "exec </dev/null >/dev/null 2>&1; \"$@\" &", "sh",
            .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C.UTF-8";
        // A gate command ends all that carries its id; this server is to outlive it.
        start.Environment.Remove(CommandMark.Variable);
        // In the environment, not among the arguments: it may hold a password.
        start.Environment["CB_STATE"] = JsonSerializer.Serialize(recipe.State
            with { Settings = recipe.Settings, Reaper = WarmState.ReaperMark, Started = time.GetUtcNow(), Idle = reuse.Idle });
        start.Environment["POSTGRES_PASSWORD"] = recipe.State.Password;
        using var launcher = Process.Start(start);
    }

    private static string Last(string file) =>
        File.Exists(file + ".last") ? $"the last one printed:\n{File.ReadAllText(file + ".last")}" : "it printed nothing";
}
