using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.Platforms;

/// <summary>Where a slot's services reach an accessory.</summary>
/// <param name="Password">Asked only where a setting needs it: the first time makes it.</param>
internal sealed record AccessoryAddress(string Host, int Port, Func<string> Password)
{
    /// <summary>What <c>${{ accessories.NAME.FIELD }}</c> stands for; empty for what this kind of accessory does not have.</summary>
    public string Field(AccessoryKind kind, string field) => (kind, field) switch
    {
        (_, "host") => Host,
        (AccessoryKind.Postgres or AccessoryKind.Redis, "port") => $"{Port}",
        (AccessoryKind.Postgres, "user") => "postgres",
        (AccessoryKind.Postgres, "password") => Password(),
        _ => "",
    };
}
