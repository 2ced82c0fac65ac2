using ChainBridge.Engine.Events;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Secrets;

namespace ChainBridge.Engine.Notifications;

/// <summary>Sends the notifications of a run to one place.</summary>
/// <param name="on">The ends that are sent; empty for all.</param>
/// <param name="patience">How long the end of a run waits for it; null for 30 s.</param>
internal sealed class NotificationSink(
    ISender sender, Collector collector, IReadOnlyList<RunEnd> on, Redactor redactor, TimeSpan? patience = null) : IEventSink
{
    /// <inheritdoc />
    public string Name => sender.Name;

    /// <inheritdoc />
    public TimeSpan Patience { get; } = patience ?? TimeSpan.FromSeconds(30);

    /// <inheritdoc />
    public async ValueTask SendAsync(RunnerEvent happened, CancellationToken cancellationToken)
    {
        if (await collector.TakeAsync(happened, cancellationToken) is not { } notification) return;
        if (notification.Verdict is { } end ? on.Count > 0 && !on.Contains(end) : !sender.Follows) return;
        try
        {
            await sender.SendAsync(notification, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // What a library throws may name an address: only our own words go out, and not the cause.
            var why = failure is DeliveryException ? failure.Message : failure.GetType().Name;
            throw new DeliveryException($"{Name} did not get the notification: {redactor.Hide(why)}");
        }
    }
}
