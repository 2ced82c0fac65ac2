namespace ChainBridge.TestKit.Load;

/// <summary>
/// What one iteration does. The generator is a process of its own, so a scenario in C# is a type with a constructor without
/// parameters: it is made there, and gets its settings in <see cref="SetUpAsync"/>. It must not block its thread.
/// </summary>
public interface ILoadScenario
{
    /// <summary>Once per generator, before anything is measured. What it throws ends the run with that message.</summary>
    ValueTask SetUpAsync(LoadSetup setup, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>One iteration. What it throws is counted as a failed iteration, under the name of the exception.</summary>
    ValueTask RunAsync(LoadUser user, CancellationToken cancellationToken);

    /// <summary>Once per generator, after all iterations have ended, also after a failed setup.</summary>
    ValueTask CleanUpAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}

/// <summary>What a scenario gets before it is run.</summary>
/// <param name="Target">Where the system under test is; null when the plan names none.</param>
/// <param name="Settings">The plan's.</param>
/// <param name="Http">A client for the target that allocates little.</param>
/// <param name="Generator">Which generator this is, from 0.</param>
public sealed record LoadSetup(Uri? Target, IReadOnlyDictionary<string, string> Settings, LoadHttp Http, int Generator, TimeProvider Time)
{
    /// <summary>A setting that must be there.</summary>
    /// <exception cref="LoadPlanException">The plan has none of that name.</exception>
    public string Setting(string name) => Settings.TryGetValue(name, out var value)
        ? value
        : throw new LoadPlanException($"the scenario asks for the setting '{name}', and the plan has none of that name: add it to "
            + $"Settings");
}

/// <summary>A plan or scenario that cannot be run as it is; says what to do.</summary>
public sealed class LoadPlanException(string message, Exception? inner = null) : Exception(message, inner);
