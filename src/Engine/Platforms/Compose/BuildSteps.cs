namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>Of BuildKit's plain output the steps: <c>#9 [build 5/8] RUN dotnet restore …</c></summary>
internal static class BuildSteps
{
    /// <summary>Reports the line when it is a step.</summary>
    /// <param name="service">Whose build it is; null where several are built at once, and each step begins with its service.</param>
    /// <param name="all">The services that are built at once.</param>
    public static void Report(
        string line, IProgress<BuildProgress> progress, string? service = null, IReadOnlyCollection<string>? all = null)
    {
        var at = line.IndexOf(" [", StringComparison.Ordinal);
        if (!line.StartsWith('#') || at <= 0 || !line.Contains('/', StringComparison.Ordinal)
            || line.Contains("internal]", StringComparison.Ordinal)) return;
        var step = line[(at + 1)..];
        if (service is null && step[1..].Split(' ', 2) is [var first, var rest] && all?.Contains(first) == true)
            (service, step) = (first, $"[{rest}");
        progress.Report(new(service, step, Passing: service is not null));
    }
}
