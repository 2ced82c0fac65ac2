using System.Reflection;
using System.Runtime.Loader;

namespace ChainBridge.TestKit.Load.Engines;

/// <summary>Makes a scenario of its description.</summary>
internal static class ScenarioLoader
{
    /// <exception cref="LoadPlanException">It cannot be made; the message says why.</exception>
    public static ILoadScenario Make(ScenarioSource source) => source switch
    {
        HttpScenario http => new HttpScenarioRunner(http),
        InlineScenario inline => inline.Make(),
        ScenarioType type => Make(type),
        _ => throw new LoadPlanException($"a scenario of the kind {source.GetType().Name} is not known to this engine"),
    };

    private static ILoadScenario Make(ScenarioType type)
    {
        try
        {
            var assembly = AppDomain.CurrentDomain.GetAssemblies()
                .FirstOrDefault(loaded => !loaded.IsDynamic && loaded.Location == type.Assembly)
                ?? AssemblyLoadContext.Default.LoadFromAssemblyPath(type.Assembly);
            return Activator.CreateInstance(assembly.GetType(type.Name, throwOnError: true)!) as ILoadScenario
                ?? throw new LoadPlanException($"{type.Name} is no scenario: it does not implement {nameof(ILoadScenario)}");
        }
        catch (TargetInvocationException thrown)
        {
            throw new LoadPlanException($"making the scenario {type.Name} failed: {thrown.InnerException!.Message}", thrown.InnerException);
        }
        catch (Exception failure) when (failure is IOException or TypeLoadException or MissingMethodException or BadImageFormatException)
        {
            throw new LoadPlanException($"the scenario {type.Name} cannot be made: {failure.Message}; it needs to be a class with a public "
                + $"constructor without parameters in {type.Assembly}", failure);
        }
    }
}
