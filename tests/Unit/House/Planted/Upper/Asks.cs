namespace ChainBridge.Planted.Folders;

/// <summary>In a circle with a type of another folder, in a namespace that does not show it.</summary>
internal sealed class Asks
{
    public static string Name() => nameof(Asks) + Answers.Back(null);
}
