using System.Diagnostics;
using System.Globalization;
using System.Text;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Model;
using ChainBridge.Machine;

namespace ChainBridge.Engine.Hosts.Ssh;

/// <summary>What a script answered.</summary>
/// <param name="Status">Its exit code.</param>
/// <param name="Output">What it wrote to either output.</param>
internal sealed record ShellAnswer(int Status, byte[] Output)
{
    public bool Succeeded => Status == 0;

    public string Text => Encoding.UTF8.GetString(Output);
}

/// <summary>
/// One long-lived shell of a host that is sent scripts, one after the other: a shell for each would cost what the account's login shell
/// takes to start. Locks are files that it holds open, so they end with it.
/// </summary>
/// <remarks>
/// A connection can be gone on one side only. So each side gives the other up: here each script has a deadline; there a watch ends the
/// shell when nothing came for <see cref="Patience"/>, and <see cref="Beat"/> is sent before.
/// </remarks>
internal sealed class RemoteShell : IDisposable
{
    /// <summary>After this long without a word the host ends the shell, and its locks with it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan ErrorPatience = TimeSpan.FromSeconds(1), EndPatience = TimeSpan.FromSeconds(2);

    /// <summary>Of descriptors a shell can name only these, and the first three are taken.</summary>
    private const int FirstDescriptor = 3, LastDescriptor = 9;

    /// <summary>
    /// The watch is a child that sleeps and is woken by each word (USR1, ignored until it listens). Where the shell ends by itself, it
    /// takes the watch along.
    /// </summary>
    private const string Watch = """
        export LC_ALL=C; trap '' USR1 HUP INT
        ( trap 'beat=1' USR1; trap 'kill $nap; exit' TERM
          while :; do beat=; sleep "$PATIENCE" & nap=$!; wait $nap; [ "$beat" ] || break; kill $nap; done
          # It may have been killed meanwhile, and its number be another's.
          read -r _ _ _ parent _ </proc/self/stat; [ "$parent" != $$ ] || kill -9 $$ ) </dev/null >/dev/null 2>&1 & watch=$!
        trap 'kill $watch 2>/dev/null' EXIT
        """;

    private readonly Process _process;
    private readonly string _name;
    private readonly TimeSpan _deadline;
    private readonly TimeProvider _time;
    private readonly string _mark = Guid.NewGuid().ToString("N");
    private readonly Lock _talking = new();
    private readonly bool[] _taken = new bool[LastDescriptor + 1];

    /// <summary>Answers that are on their way and not waited for.</summary>
    private int _owed;

    /// <summary>Read already, of the answer after the last.</summary>
    private byte[] _ahead = [];

    private readonly ITimer _beats;
    private readonly TaskCompletionSource _saidAll = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _broken;
    private volatile bool _late;
    private volatile string _lastWords = "";

    private RemoteShell(Process process, string name, TimeSpan deadline, TimeProvider time)
    {
        (_process, _name, _deadline, _time) = (process, name, deadline, time);
        _beats = time.CreateTimer(_ => Beat(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether it can still be asked, as far as is known.</summary>
    public bool Alive => !_broken && !_process.HasExited;

    /// <summary>Starts the shell and waits until it answers.</summary>
    /// <param name="command">Makes it: ssh, or for tests a shell of this machine.</param>
    /// <param name="name">Of the host, for messages.</param>
    /// <param name="deadline">For one script.</param>
    /// <exception cref="EngineException"><see cref="Failure.Unreachable"/>: it does not answer.</exception>
    /// <param name="patience">In the place of <see cref="Patience"/>.</param>
    public static RemoteShell Start(Command command, string name, TimeSpan deadline, TimeProvider time, TimeSpan? patience = null)
    {
        // A terminal's Ctrl-C is for the runner, which still has to write how it ended.
        var start = OwnSession.Of([command.Program, .. command.Arguments]);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        start.WorkingDirectory = "/";
        var process = Process.Start(start)!;
        var shell = new RemoteShell(process, name, deadline, time);
        // What a login profile complains about must not fill the pipe; the last words before an end may say why it came.
        process.ErrorDataReceived += (_, said) =>
        {
            if (said.Data is { } line) shell._lastWords = line;
            else shell._saidAll.TrySetResult();
        };
        process.BeginErrorReadLine();
        try
        {
            var silence = patience ?? Patience;
            var seconds = silence.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            shell.Send($"PATIENCE={seconds}\n{Watch}\n");
            shell.Run(":");
            shell._beats.Change(silence / 4, silence / 4);
            return shell;
        }
        catch
        {
            shell.Dispose();
            throw;
        }
    }

    /// <summary>Runs a script to its end. It is begun only when all of it has arrived.</summary>
    /// <exception cref="EngineException">
    /// <see cref="Failure.Unreachable"/>: the connection was cut, or the host does not answer; whether the script ran is not known.
    /// </exception>
    public ShellAnswer Run(string script)
    {
        lock (_talking)
        {
            using var late = _time.CreateTimer(_ =>
            {
                _late = true;
                Kill();
            }, null, _deadline, Timeout.InfiniteTimeSpan);
            SendScript(script);
            for (; _owed > 0; _owed--) Receive();
            return Receive();
        }
    }

    /// <summary>A descriptor for a file that stays open.</summary>
    public int Take()
    {
        lock (_talking)
        {
            var free = Array.FindIndex(_taken, FirstDescriptor, taken => !taken);
            if (free < 0) throw new InvalidOperationException("the runner holds more files of a host at once than a shell can");
            _taken[free] = true;
            return free;
        }
    }

    /// <summary>
    /// Has the host close a descriptor, and does not wait for it: what is asked next is done after. With a shell that has ended it is
    /// closed already.
    /// </summary>
    public void Give(int descriptor)
    {
        lock (_talking)
        {
            try
            {
                if (Alive)
                {
                    SendScript($"exec {descriptor}>&-");
                    _owed++;
                }
            }
            catch (EngineException)
            {
                // Cut just now: the host closes it.
            }

            _taken[descriptor] = false;
        }
    }

    public void Dispose()
    {
        _broken = true;
        _beats.Dispose();
        try
        {
            // At the end of its input it ends by itself, and ends its watch.
            _process.StandardInput.Close();
            if (!_process.WaitForExit(EndPatience)) Kill();
        }
        catch (IOException)
        {
            Kill();
        }

        _process.Dispose();
    }

    private void Beat()
    {
        // A script under way is a word of its own.
        if (!_talking.TryEnter()) return;
        try
        {
            if (Alive) Run(":");
        }
        catch (EngineException)
        {
            // The next who asks is told.
        }
        finally
        {
            _talking.Exit();
        }
    }

    private void SendScript(string script) =>
        Send($"{{ kill -USR1 $watch 2>/dev/null\n{script}\n}} </dev/null 2>&1; printf '\\n%s %s\\n' {_mark} \"$?\"\n");

    private void Send(string text)
    {
        try
        {
            _process.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(text));
            _process.StandardInput.BaseStream.Flush();
        }
        catch (Exception cut) when (cut is IOException or ObjectDisposedException or InvalidOperationException)
        {
            throw Cut(cut);
        }
    }

    private ShellAnswer Receive()
    {
        var end = Encoding.UTF8.GetBytes($"\n{_mark} ");
        var (all, buffer, from) = (new MemoryStream(), new byte[16 * 1024], 0);
        all.Write(_ahead);
        _ahead = [];
        while (true)
        {
            var seen = all.GetBuffer().AsSpan(0, (int)all.Length);
            if (seen[from..].IndexOf(end) is >= 0 and var at && seen[(from + at + end.Length)..].IndexOf((byte)'\n') is > 0 and var length)
            {
                var status = Encoding.ASCII.GetString(seen.Slice(from + at + end.Length, length));
                _ahead = seen[(from + at + end.Length + length + 1)..].ToArray();
                return new(int.Parse(status, CultureInfo.InvariantCulture), seen[..(from + at)].ToArray());
            }

            // What was looked through once holds at most the beginning of the end.
            from = Math.Max(from, (int)all.Length - end.Length - 8);
            int read;
            try
            {
                read = _process.StandardOutput.BaseStream.Read(buffer);
            }
            catch (Exception cut) when (cut is IOException or ObjectDisposedException or InvalidOperationException)
            {
                throw Cut(cut);
            }

            if (read == 0) throw Cut(null);
            all.Write(buffer, 0, read);
        }
    }

    private EngineException Cut(Exception? why)
    {
        _broken = true;
        // The two outputs end one after the other, and the reason may stand in the second.
        _saidAll.Task.Wait(ErrorPatience);
        var how = _late ? $"it did not answer within {_deadline.TotalSeconds:0} s" : _lastWords;
        return new(Failure.Unreachable, $"the connection to {_name} was cut{(how.Length == 0 ? "" : $": {how}")}",
            "look at the host and the network; deployrunner resume then puts in order what was begun", why);
    }

    private void Kill()
    {
        _broken = true;
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }
}
