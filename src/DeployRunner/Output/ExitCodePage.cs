using ChainBridge.Engine.Events;

namespace ChainBridge.DeployRunner.Output;

/// <summary>The page that explains an exit code, as it is written; it comes with the runner.</summary>
/// <param name="Code">As a process ends with it.</param>
/// <param name="Text">Markdown.</param>
public sealed record ExitCodePage(int Code, string Text) : RunnerEvent
{
    private const string Folder = "exit-codes/", Ending = ".md";

    /// <summary>What its title says of the exit code.</summary>
    public string Title => Text.Split('\n')[0].Split(": ", 2)[^1].Trim();

    /// <summary>Every page, by the exit code.</summary>
    public static IReadOnlyList<ExitCodePage> All() =>
    [
        .. typeof(ExitCodePage).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => new ExitCodePage(int.Parse(name[Folder.Length..^Ending.Length],
                System.Globalization.CultureInfo.InvariantCulture), Read(name)))
            .OrderBy(page => page.Code),
    ];

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(ExitCodePage).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
