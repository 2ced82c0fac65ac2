using System.Globalization;
using ChainBridge.Machine;
using ChainBridge.TestKit.Basics;

namespace ChainBridge.TestKit.Runs.Clocks;

/// <summary>
/// What several test assemblies have in common that belong to one run: the text of <c>CHAINBRIDGE_RUN_ID</c>, or else the
/// <c>dotnet test</c> that started them (its process id and start, read from <c>/proc</c>). <c>off</c> shares with no other assembly.
/// </summary>
/// <param name="Key">Also the name of a folder.</param>
internal sealed record RunIdentity(string Key)
{
    public const string Variable = "CHAINBRIDGE_RUN_ID";
    private const string OfProcess = "process-";

    /// <summary>Null when this process is a run of its own.</summary>
    public static RunIdentity? Find(Func<string, string?> variable, int processId)
    {
        if (variable(Variable) is { Length: > 0 } text)
            return text == "off" ? null : new(string.Create(CultureInfo.InvariantCulture, $"id-{Digest.Number(text):x16}"));
        // Without /proc, or of a process that has just ended, it is unknown which assemblies belong together.
        for (var process = ProcessStat.Of(processId); process is { Id: > 1 }; process = ProcessStat.Of(process.Parent))
            if (IsDotnetTest(process.Id)) return new($"{OfProcess}{process.Id}-{process.Start}");
        return null;
    }

    /// <summary>The process that a key names is gone. False when it names none.</summary>
    public static bool IsOver(string key) =>
        key.StartsWith(OfProcess, StringComparison.Ordinal) && key[OfProcess.Length..].Split('-') is [var id, var start]
        && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && !new ProcessIdentity(number, start).Running;

    private static bool IsDotnetTest(int id) =>
        ProcFiles.Text($"/proc/{id}/cmdline").Split('\0') is [var program, "test", ..]
            && Path.GetFileNameWithoutExtension(program) == "dotnet";
}
