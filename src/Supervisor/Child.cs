using System.ComponentModel;
using System.Diagnostics;
using ChainBridge.Machine;
using ChainBridge.Machine.Supervision;

namespace ChainBridge.Supervisor;

/// <summary>One process of a unit, started by this supervisor or found running.</summary>
internal sealed class Child
{
    /// <summary>
    /// It waits for our word before it becomes the program: a supervisor that dies before the id is on disk leaves nothing behind.
    /// </summary>
    private const string Waiter = """read -r go || exit 125; log=$1; shift; (umask 077; : >>"$log"); exec "$@" >>"$log" 2>&1 </dev/null""";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private readonly StreamWriter? _word;

    private Child(ProcessIdentity? identity, StreamWriter? word, Task<string> end) => (Identity, _word, End) = (identity, word, end);

    /// <summary>Null when it could not even be started.</summary>
    public ProcessIdentity? Identity { get; }

    /// <summary>Completes when the process is gone, with the way it went.</summary>
    public Task<string> End { get; }

    /// <summary>
    /// Starts it in a session of its own, so that nothing that happens to us happens to it. It runs once <see cref="Go"/> is called.
    /// </summary>
    public static Child Launch(UnitSpec spec, Uri? address)
    {
        var start = new ProcessStartInfo("setsid",
            ["sh", "-c", Waiter, "sh", spec.Log, .. spec.Command]) { WorkingDirectory = spec.Folder, RedirectStandardInput = true };
        start.Environment.Clear();
        foreach (var (name, value) in spec.Environment) start.Environment[name] = value;
        if (spec.AddressVariable is { } variable)
            start.Environment[variable] = address?.GetLeftPart(UriPartial.Authority) ?? "http://127.0.0.1:0";
        try
        {
            var process = Process.Start(start)!;
            return new(ProcessIdentity.Of(process.Id), process.StandardInput, EndAsync(process));
        }
        catch (Exception failure) when (failure is Win32Exception or IOException)
        {
            return new(null, null, Task.FromResult($"a failed start: {failure.Message}"));
        }
    }

    /// <summary>One that an earlier supervisor started: it is not our child, so how it ends is not known.</summary>
    public static Child Adopt(ProcessIdentity identity, TimeProvider time) => new(identity, null, EndAsync(identity, time));

    /// <summary>Lets it become the program.</summary>
    public void Go()
    {
        try
        {
            _word?.WriteLine("go");
            _word?.Close();
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // Dead already; its end is reported where it is waited for.
        }
    }

    /// <summary>Ends it without it ever having been the program.</summary>
    public void Abandon() => _word?.Close();

    private static async Task<string> EndAsync(Process process)
    {
        await process.WaitForExitAsync();
        var end = Endings.Of(process.ExitCode);
        process.Dispose();
        return end;
    }

    private static async Task<string> EndAsync(ProcessIdentity identity, TimeProvider time)
    {
        using var timer = new PeriodicTimer(Look, time);
        while (identity.Running) await timer.WaitForNextTickAsync();
        return "an exit code that is unknown, because another supervisor had started it";
    }
}
