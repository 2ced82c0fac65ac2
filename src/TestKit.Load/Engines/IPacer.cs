namespace ChainBridge.TestKit.Load.Engines;

/// <summary>Waits for the moment an arrival is due. A seam, so that tests can let time pass as they like.</summary>
internal interface IPacer
{
    /// <summary>Holds the calling thread for about so long; returns early rather than late.</summary>
    void Rest(TimeSpan time);

    /// <summary>Called once on each thread that will rest.</summary>
    void Prepare();
}
