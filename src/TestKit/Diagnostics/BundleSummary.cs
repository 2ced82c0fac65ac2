using System.Globalization;
using System.Text;

namespace ChainBridge.TestKit.Diagnostics;

/// <summary>The first file to read of a failure bundle: what failed, and what else there is.</summary>
internal sealed class BundleSummary(TestScope scope, TestEnding ending, DateTimeOffset at)
{
    /// <summary>Its name.</summary>
    public const string File = "summary.md";

    /// <summary>Written before any source is asked: a process that dies meanwhile has left this.</summary>
    public string Unfinished() => $"{Head()}\nThe evidence was still being collected.\n";

    /// <summary>The whole.</summary>
    public string Finished(IReadOnlyList<string> files, IReadOnlyList<string> missing)
    {
        var text = new StringBuilder(Head()).Append("\n## Files\n\n");
        foreach (var file in files) text.Append(CultureInfo.InvariantCulture, $"- [{file}]({Uri.EscapeDataString(file)})\n");
        if (files.Count == 0) text.Append("None: the test used nothing that adds evidence.\n");
        if (missing.Count == 0) return text.ToString();
        text.Append("\n## Missing\n\n");
        foreach (var one in missing) text.Append(CultureInfo.InvariantCulture, $"- {one}\n");
        return text.ToString();
    }

    private string Head() => $"""
        # Failed: {scope.Name}
        {(ending.GivenUp ? "\nIt did not end when it was cancelled and was left behind.\n" : "")}
        ```
        {ending.Message ?? "(no message)"}
        ```

        - at {at:yyyy-MM-dd HH:mm:ss zzz}
        - correlation id `{TestTrace.Of(scope).CorrelationId}`: look for it in the logs of services that are not ours

        """;
}
