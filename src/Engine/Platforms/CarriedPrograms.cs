namespace ChainBridge.Engine.Platforms;

/// <summary>The programs that come with the runner, each in a folder of its own beside it.</summary>
internal static class CarriedPrograms
{
    /// <summary>Where a program lies, e.g. <c>edge</c>.</summary>
    public static string Folder(string name) => Path.Combine(AppContext.BaseDirectory, name);
}
