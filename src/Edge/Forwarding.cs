using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace ChainBridge.Edge;

/// <summary>Takes a request through its door to its slot. It retries nothing: a payment is not ours to send twice.</summary>
internal sealed class Forwarding(FrontDoor door, IHttpForwarder forwarder, HttpMessageInvoker client)
{
    public async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var visit = door.Enter(context.Connection.LocalPort, request.Host.Host, request.Path);
        var ending = Ending.Broken;
        try
        {
            ending = visit switch
            {
                { Door: null } => await RefuseAsync(
                    context, StatusCodes.Status404NotFound, $"no door of this edge takes {request.Host.Host}{request.Path} on this port"),
                { To: null } => await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "no release is serving yet"),
                { To.Address: null } => await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable,
                    $"the release in slot {visit.To.Slot} has no address at door {visit.Door}", visit),
                _ when await TooLargeAsync(context, visit) => Ending.Served,
                _ => await SendAsync(context, visit),
            };
        }
        finally
        {
            door.Leave(visit, ending);
        }
    }

    private async Task<Ending> SendAsync(HttpContext context, Visit visit)
    {
        var transformer = new DoorTransformer(door, visit);
        var error = await forwarder.SendAsync(context, visit.To!.Address!, client, visit.Rules.Forwarding, transformer);
        var ending = EndingOf(error, visit, context.Features.Get<IForwarderErrorFeature>()?.Exception);
        // What the forwarder answers for the release is not the release's answer: it clears what had come of that.
        if (error == ForwarderError.None || visit.Whole || context.Response.HasStarted) return ending;
        context.Response.Headers[DoorTransformer.SlotHeader] = visit.To.Slot;
        if (ending is Ending.Refused or Ending.Broken && !context.RequestAborted.IsCancellationRequested)
        {
            await RefuseAsync(context, context.Response.StatusCode, ending == Ending.Refused
                ? $"the release in slot {visit.To.Slot} takes no connections at door {visit.Door}"
                : $"the release in slot {visit.To.Slot} gave no answer at door {visit.Door}", visit);
        }

        return ending;
    }

    private static Ending EndingOf(ForwarderError error, Visit visit, Exception? why) => error switch
    {
        _ when visit.Status >= StatusCodes.Status500InternalServerError => Ending.Failed,
        // Beside a whole answer it does not matter what became of the request's body: the release may not have wanted to read it.
        _ when error == ForwarderError.None || visit.Whole => Ending.Served,
        // The edge is configured to end WebSockets that are silent for so long.
        ForwarderError.UpgradeActivityTimeout => Ending.Served,
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.RequestBodyClient
            or ForwarderError.ResponseBodyCanceled or ForwarderError.ResponseBodyClient
            or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeRequestClient
            or ForwarderError.UpgradeResponseCanceled or ForwarderError.UpgradeResponseClient => Ending.Aborted,
        _ => NotConnected(why) ? Ending.Refused : Ending.Broken,
    };

    private static bool NotConnected(Exception? why) => why switch
    {
        HttpRequestException failed => failed.HttpRequestError
            is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
        // A connection that was not made in time is reported this way; an answer that did not come in time has no such cause.
        OperationCanceledException { InnerException: TimeoutException } => true,
        _ => false,
    };

    private static async Task<bool> TooLargeAsync(HttpContext context, Visit visit)
    {
        if (visit.Rules.Limits.MaxBody is not { } most) return false;
        if (context.Request.ContentLength > most)
        {
            await RefuseAsync(context, StatusCodes.Status413PayloadTooLarge,
                $"the body has {context.Request.ContentLength} bytes; edge.maxBody allows {most}", visit);
            return true;
        }

        // A body without a declared length is counted while it comes.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = most;
        return false;
    }

    private static async Task<Ending> RefuseAsync(HttpContext context, int status, string why, Visit? visit = null)
    {
        if (visit is not null) context.Response.Headers[DoorTransformer.SlotHeader] = visit.To!.Slot;
        if (status == StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = "5";
        await Results.Problem(why, statusCode: status).ExecuteAsync(context);
        return Ending.Refused;
    }
}
