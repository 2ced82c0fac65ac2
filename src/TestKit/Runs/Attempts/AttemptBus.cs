using Xunit.Sdk;
using Xunit.v3;

namespace ChainBridge.TestKit.Runs.Attempts;

/// <summary>Lets one attempt at a test speak, but for its result, which is held back to be judged, and a second beginning.</summary>
internal sealed class AttemptBus(IMessageBus outside, bool isFirst) : IMessageBus
{
    /// <summary>What the attempt came to; null when it was cancelled before its first step.</summary>
    public ITestResultMessage? Result { get; private set; }

    /// <summary>Its end.</summary>
    public ITestFinished? Finished { get; private set; }

    /// <inheritdoc/>
    public bool QueueMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestStarting when !isFirst:
                return true;
            case ITestFinished finished:
                Finished = finished;
                return true;
            case ITestResultMessage result:
                Result = result;
                return true;
            default:
                return outside.QueueMessage(message);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
