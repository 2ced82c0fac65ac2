using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Traffic;

/// <summary>Which service of a release is behind each of today's doors: a release that is gone back to may know others.</summary>
internal static class SlotDoors
{
    /// <summary>Today's doors with the services of the release; those it has no service for are left out.</summary>
    public static IReadOnlyList<DoorSpec> Of(Release release, IReadOnlyList<DoorSpec> today) =>
        [.. today.Select(door => (Door: door, Own: Own(release, door, today))).Where(pair => pair.Own is not null)
            .Select(pair => pair.Door with { Service = pair.Own!.Service, ServicePort = pair.Own.ServicePort })];

    /// <summary>What the edge is told of a slot: where it is at today's doors, and at those of the release that are not in force.</summary>
    public static IReadOnlyDictionary<string, Uri> Addresses(
        Release release, IReadOnlyList<DoorSpec> today, Func<DoorSpec, Uri> addressOf)
    {
        var addresses = Of(release, today).ToDictionary(door => door.Name, addressOf);
        foreach (var door in release.Doors) addresses.TryAdd(door.Name, addressOf(door));
        return addresses;
    }

    private static DoorSpec? Own(Release release, DoorSpec door, IReadOnlyList<DoorSpec> today)
    {
        if (release.Doors.FirstOrDefault(own => own.Name == door.Name) is { } named) return named;
        // The first door by another name: that of a manifest that named none, or one that was renamed.
        if (door.Name == today[0].Name)
            return release.Doors.FirstOrDefault() is { } first && today.All(other => other.Name != first.Name) ? first : null;
        // Before the door was there, the one whose port it is on took its requests.
        return door.OpenedBy(today) is var opener && opener.Name != door.Name ? Own(release, opener, today) : null;
    }
}
