namespace ChainBridge.Engine.Manifest;

/// <summary>How a candidate gets the traffic: in shares, at each of which it is compared with the old release.</summary>
/// <param name="Shares">Of a hundred new requests, growing, each from 1 to 99. After the last one comes the switch.</param>
/// <param name="For">How long each share lasts at least, after its warm-up. Default 60 s.</param>
/// <param name="WaitFor">How long each share lasts at most, while there is not enough data. Default 10 min.</param>
/// <param name="WarmUp">How long times are not yet compared after each change of the shares. Default 10 s.</param>
/// <param name="MaxMoreFailed">How many more of all requests may fail than of the old release's. Default 0.01: one in a hundred.</param>
/// <param name="MaxSlower">By which share p50 and p99 may be longer than the old release's. Default 0.10.</param>
public sealed record CanarySpec(
    IReadOnlyList<int> Shares, TimeSpan For, TimeSpan WaitFor, TimeSpan WarmUp, double MaxMoreFailed, double MaxSlower)
{
    /// <summary>The values where the manifest sets none.</summary>
    public static CanarySpec Default { get; } =
        new([5, 25, 50], TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(10), 0.01, 0.10);
}
