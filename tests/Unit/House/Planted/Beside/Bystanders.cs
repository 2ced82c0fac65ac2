namespace ChainBridge.Planted.Folders;

/// <summary>Uses both and is used by neither: in no circle. It has no method with a body.</summary>
internal interface IBystander
{
    void Meet(Asks asks);
}

internal enum Kind
{
    Only,
}
