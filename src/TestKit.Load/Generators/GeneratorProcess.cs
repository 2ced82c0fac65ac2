using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ChainBridge.TestKit.Load.Generators;

/// <summary>
/// A generator in a process of its own, so that the runtime's settings for it are its alone: socket completions are handled on
/// the thread that sees them, which is faster by a third and right only where nothing blocks.
/// </summary>
internal sealed class GeneratorProcess : GeneratorLink
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How long it may take away what a setup made that was not to its end.</summary>
    private static readonly TimeSpan CleanUp = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly int _number;
    private readonly List<string> _errors = [];

    private GeneratorProcess(Process process, int number) => (_process, _number) = (process, number);

    public override string Name => $"generator {_number}";

    protected override TextReader From => _process.StandardOutput;

    protected override TextWriter To => _process.StandardInput;

    /// <summary>Starts it; it waits for a plan.</summary>
    public static GeneratorProcess Start(ScenarioSource scenario, int number)
    {
        if (scenario is InlineScenario)
            throw new LoadPlanException("a scenario that is made in this process cannot be sent to a generator's: write it as a class "
                + "and name it "
                + "with ScenarioType.Of<T>(), or run it with LoadEngine.InProcess");
        var link = new GeneratorProcess(new Process { StartInfo = StartOf(scenario) }, number);
        link._process.ErrorDataReceived += (_, line) => link.Keep(line.Data);
        link._process.Start();
        link._process.BeginErrorReadLine();
        return link;
    }

    public override async ValueTask DisposeAsync()
    {
        try
        {
            // Its standard input ends: that is what it ends on.
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(IsReady ? Patience : CleanUp);
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (Exception late) when (late is OperationCanceledException or IOException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    /// <summary>Passes lines on between it and the run on another host, until one of them ends.</summary>
    public async Task RelayAsync(string first, TextReader from, TextWriter to, CancellationToken cancellationToken)
    {
        await To.WriteLineAsync(first.AsMemory(), cancellationToken).ConfigureAwait(false);
        await To.FlushAsync(cancellationToken).ConfigureAwait(false);
        var there = PumpAsync(from, To, cancellationToken);
        var back = PumpAsync(From, to, cancellationToken);
        await Task.WhenAny(there, back).ConfigureAwait(false);
        if (there.IsCompleted) _process.StandardInput.Close();
        if (await back.ConfigureAwait(false) is GeneratorWords.Measured or GeneratorWords.Refused) return;
        await to.WriteLineAsync($"{GeneratorWords.Died} {await EndingAsync().ConfigureAwait(false)}").ConfigureAwait(false);
    }

    /// <returns>The word of the last line.</returns>
    private static async Task<string> PumpAsync(TextReader from, TextWriter to, CancellationToken cancellationToken)
    {
        var last = "";
        while (await from.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            last = GeneratorWords.Split(line).Word;
            await to.WriteLineAsync(line.AsMemory(), cancellationToken).ConfigureAwait(false);
            await to.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        return last;
    }

    /// <summary>How a generator is started: for the one that does it over a network too.</summary>
    internal static ProcessStartInfo StartOf(ScenarioSource scenario)
    {
        var self = typeof(GeneratorProcess).Assembly.Location;
        var arguments = new List<string> { "exec" };
        if (scenario is ScenarioType type && File.Exists(Path.ChangeExtension(type.Assembly, ".deps.json")))
            arguments.AddRange(["--depsfile", Path.ChangeExtension(type.Assembly, ".deps.json"), "--runtimeconfig",
                RuntimeConfig(type.Assembly)]);
        else arguments.AddRange(["--runtimeconfig", RuntimeConfig(self)]);
        arguments.AddRange([self, "generate"]);
        var start = new ProcessStartInfo(Dotnet(), arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        // 16 MB: a generator makes little garbage, and needs no more room for it.
        start.Environment["DOTNET_GCgen0size"] = "1000000";
        return start;
    }

    protected override async Task<string> EndingAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            // With what it wrote last.
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            if (!_process.HasExited) return "it closed its output and goes on";
        }

        lock (_errors) return $"exit code "
            + $"{_process.ExitCode}{(_errors.Count == 0 ? "" : $"; it wrote: {string.Join(" / ", _errors.TakeLast(5))}")}";
    }

    private void Keep(string? line)
    {
        const int Most = 200;
        if (line is null) return;
        lock (_errors)
            if (_errors.Count < Most) _errors.Add(line);
    }

    private static string Dotnet() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..", "dotnet"));

    /// <summary>The assembly's own, or that of the program it lies beside.</summary>
    private static string RuntimeConfig(string assembly) =>
        Path.ChangeExtension(assembly, ".runtimeconfig.json") is var own && File.Exists(own) ? own
            : Directory.EnumerateFiles(Path.GetDirectoryName(assembly)!, "*.runtimeconfig.json").FirstOrDefault()
                ?? throw new LoadPlanException($"there is no *.runtimeconfig.json beside {assembly}, so no generator can be started from "
                    + $"there");
}
