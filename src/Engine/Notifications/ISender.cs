namespace ChainBridge.Engine.Notifications;

/// <summary>Brings notifications to one place.</summary>
internal interface ISender
{
    /// <summary>What it is called in a complaint: the kind and the host.</summary>
    string Name { get; }

    /// <summary>Whether it is for runs under way as well.</summary>
    bool Follows { get; }

    /// <exception cref="DeliveryException">It was not taken.</exception>
    Task SendAsync(Notification notification, CancellationToken cancellationToken);
}
