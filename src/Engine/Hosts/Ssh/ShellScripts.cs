using System.Globalization;
using System.Text;

namespace ChainBridge.Engine.Hosts.Ssh;

/// <summary>
/// Scripts for a POSIX shell with coreutils and flock. What is written travels on the shell's input: no process of the host shows it
/// among its arguments.
/// </summary>
internal static class ShellScripts
{
    /// <summary>What a script ends with when a file is not there.</summary>
    public const int Absent = 66;

    /// <summary>What a script ends with when another process holds the file.</summary>
    public const int Held = 75;

    /// <summary>What a script ends with when a log has grown since it was looked at.</summary>
    public const int Overtaken = 67;

    /// <summary>Begins the line of a mark; the line of a mark that is not there is empty.</summary>
    public const char MarkSign = '=';

    /// <summary>In the place of the content of a file that is not there.</summary>
    public const string NoFile = "-";

    private const int LineLength = 1000;

    public static string Exists(string path) => $"[ -f {Quoted(path)} ]";

    public static string Read(string path) =>
        $"if [ ! -e {Quoted(path)} ] && [ -x {Quoted(Folder(path))} ]; then (exit {Absent}); else cat -- {Quoted(path)}; fi";

    /// <summary>A line for each file: its content as base64, or <see cref="NoFile"/>.</summary>
    public static string ReadEach(IEnumerable<string> paths) => string.Join(" &&\n", paths.Select(path => $$"""
        if [ ! -e {{Quoted(path)}} ] && { [ -x {{Quoted(Folder(path))}} ] || [ ! -e {{Quoted(Folder(path))}} ]; }; then echo {{NoFile}}
        else content=$(base64 <{{Quoted(path)}}) && printf '%s' "$content" | tr -d '\n' && echo; fi
        """));

    /// <param name="half">Its name until it is whole.</param>
    /// <param name="mode">Octal digits; null for what the user's mask says.</param>
    public static string Write(string path, string half, byte[] content, string? mode)
    {
        var (umask, chmod) = mode is null ? ("", "") : ("umask 077; ", $"chmod {mode} {Quoted(half)} && ");
        return $"""
            mkdir -p -- {Quoted(Folder(path))} && ( {umask}{Copy($"of={Quoted(half)} conv=fsync", content)}
            ) && {chmod}mv -f -- {Quoted(half)} {Quoted(path)} && {Synchronized(Folder(path))} || (rm -f -- {Quoted(half)}; exit 1)
            """;
    }

    /// <summary>Free blocks, all blocks and their size, of the disk of the nearest folder that is there.</summary>
    public static string Disk(string path) => $"""
        at={Quoted(path)}; while [ ! -d "$at" ]; do at=$(dirname -- "$at"); done; stat -f -c '%a %b %S' -- "$at"
        """;

    public static string Delete(string path) => $"rm -f -- {Quoted(path)}";

    public static string MakePrivateFolder(string path) => $"( umask 077; mkdir -p -- {Quoted(path)} )";

    /// <summary>A line for each folder, the newest first.</summary>
    public static string Folders(string path) => $"( cd -- {Quoted(path)} 2>/dev/null && ls -1td -- */ 2>/dev/null ); :";

    public static string DeleteFolder(string path, bool onlyEmpty) => onlyEmpty
        ? $"rmdir -- {Quoted(path)} 2>/dev/null; :"
        : $"rm -rf -- {Quoted(path)}";

    /// <summary>Removes what has the name of a temporary of ours, two folders deep.</summary>
    public static string Sweep(string folder) => $$"""
        for half in {{Quoted(folder)}}/*.tmp {{Quoted(folder)}}/*/*.tmp {{Quoted(folder)}}/*/*/*.tmp; do
        id=${half%.tmp}; id=${id##*.}
        case $id in *[!0-9a-f]*) ;; *) [ ${#id} -ne 32 ] || rm -f -- "$half" ;; esac
        done
        """;

    /// <summary>Runs scripts until one fails; then answers what it said, and in the last line how many had succeeded.</summary>
    public static string InTurn(IReadOnlyList<string> scripts) => $$"""
        made=0; {{string.Join(" && ", scripts.Select((script, index) => $"{{\n{script}\n}} && made={index + 1}"))}} ||
        { status=$?; printf '\n%s' "$made"; (exit $status); }
        """;

    /// <summary>How many scripts of <see cref="InTurn"/> succeeded before one failed, and the failure.</summary>
    public static (int Made, ShellAnswer Why) Made(ShellAnswer answer)
    {
        var end = answer.Text.LastIndexOf('\n');
        return int.TryParse(answer.Text.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var made)
            ? (made, answer with { Output = Encoding.UTF8.GetBytes(answer.Text[..Math.Max(end, 0)]) })
            : (0, answer);
    }

    /// <summary>
    /// Opens a file at this descriptor and locks it, or ends with <see cref="Held"/> and closes it again; then reads other files.
    /// </summary>
    public static string Lock(string path, int descriptor, IReadOnlyList<string> guarded) =>
        // A redirection of exec that fails ends the shell, so it is tried in a child first.
        $$"""
        mkdir -p -- {{Quoted(Folder(path))}} && ( : >>{{Quoted(path)}} ) && exec {{descriptor}}>>{{Quoted(path)}} &&
        { flock -n {{descriptor}} || { exec {{descriptor}}>&-; (exit {{Held}}); }; }
        """ + (guarded.Count == 0 ? "" : $" &&\n{ReadEach(guarded)}");

    /// <summary>
    /// The log's length and its mark on a line each, then all of it, read while no writer has it; ends with <see cref="Held"/> while one
    /// has, with <see cref="Absent"/> when there is no log.
    /// </summary>
    public static string ReadLog(LogPath path) => $$"""
        if [ ! -e {{Quoted(path.Lines)}} ] && [ -x {{Quoted(Folder(path.Lines))}} ]; then (exit {{Absent}}); else
        ( exec 9<{{Quoted(path.Lines)}} && { flock -s -n 9 || exit {{Held}}; } && {{Look(path)}} && printf '%s\n%s\n' "$size" "$mark" &&
        cat -- {{Quoted(path.Lines)}} ); fi
        """;

    /// <summary>
    /// Ends with <see cref="Overtaken"/>, after the log's length, its mark and its last bytes. Makes a log where there is none.
    /// </summary>
    public static string EndOfLog(LogPath path, int tail) => Writing(path, EndOf(path, tail));

    /// <summary>
    /// Adds to the log if it has this length and this mark; else writes nothing and answers as <see cref="EndOfLog"/> does.
    /// </summary>
    public static string AppendLog(LogPath path, int tail, long length, string? mark, LogAddition addition) => Writing(path, $"""
        if [ "$size $mark" = {Quoted($"{length} {(mark is null ? "" : MarkSign + mark)}")} ]; then (
        {Copy($"of={Quoted(path.Lines)} oflag=append conv=notrunc,fsync", Encoding.UTF8.GetBytes(addition.Text))}
        ) {(addition.Mark is { } next ? $"&& {Write(path.Mark, path.Half, Encoding.UTF8.GetBytes($"{next}\n"), null)}" : "")}
        else
        {EndOf(path, tail)}
        fi
        """);

    /// <summary>What is asked of a host once: the user's home, its clock in milliseconds, and how its Docker socket stands.</summary>
    public static string Introduction(string socket) => $$"""
        docker=none; if [ -S {{Quoted(socket)}} ]; then docker=denied; [ ! -w {{Quoted(socket)}} ] || docker=open; fi
        missing=; for tool in flock dd stat base64; do command -v $tool >/dev/null 2>&1 || missing="$missing $tool"; done
        printf '%s\n%s\n%s\n%s\n%s\n' "$HOME" "$(date +%s%3N)" "$docker" "$(id -un)" "needs:$missing"
        """;

    /// <summary>A word of a script.</summary>
    public static string Quoted(string word) => $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>In a shell of its own, so that the lock ends with it.</summary>
    private static string Writing(LogPath path, string then) => $$"""
        mkdir -p -- {{Quoted(Folder(path.Lines))}} && ( exec 9>>{{Quoted(path.Lines)}} && { flock -n 9 || exit {{Held}}; } &&
        {{Look(path)}} && {
        {{then}}
        } )
        """;

    /// <summary>
    /// Of a mark that no runner wrote only what a shell can compare is taken: it loses zeros, and other bytes are no text.
    /// </summary>
    private static string Look(LogPath path) => $"""
        mark= && if [ -e {Quoted(path.Mark)} ]; then
        cat -- {Quoted(path.Mark)} >/dev/null && mark={MarkSign}$(head -n 1 -- {Quoted(path.Mark)} | tr -cd '!-~'); fi &&
        size=$(stat -c %s -- {Quoted(path.Lines)})
        """;

    private static string EndOf(LogPath path, int tail) =>
        $"""printf '%s\n%s\n' "$size" "$mark" && tail -c {tail} -- {Quoted(path.Lines)} && exit {Overtaken}""";

    /// <summary>The tools that know a folder's own flush are newer than those that know only everything's.</summary>
    private static string Synchronized(string folder) => $"{{ sync -- {Quoted(folder)} 2>/dev/null || sync; }}";

    private static string Copy(string to, byte[] content)
    {
        var (text, lines) = (Convert.ToBase64String(content), new StringBuilder());
        for (var at = 0; at < text.Length; at += LineLength)
            lines.Append(text.AsSpan(at, Math.Min(LineLength, text.Length - at))).Append('\n');
        return $"base64 -d <<'CONTENT' | dd {to} status=none\n{lines}CONTENT";
    }

    private static string Folder(string path) => Path.GetDirectoryName(path) is { Length: > 0 } folder
        ? folder
        : throw new ArgumentException($"{path} is no full path of a file", nameof(path));
}
