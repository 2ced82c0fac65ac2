namespace ChainBridge.Planted.Folders;

/// <inheritdoc cref="Asks"/>
internal static class Answers
{
    public static int Back(Asks? asked) => asked is null ? 0 : 1;
}
