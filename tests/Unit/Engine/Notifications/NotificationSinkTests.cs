using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Notifications;
using ChainBridge.Engine.Secrets;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Notifications;

/// <summary>Places that are dead or hang change nothing of a run and are reported once.</summary>
public sealed class NotificationSinkTests
{
    private readonly List<string> _complaints = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_place_that_hangs_holds_up_the_end_of_a_run_for_its_patience_and_no_longer()
    {
        var time = new FakeTimeProvider();
        await using var receiver = await Receiver.StartAsync(Stop, (context, _, _) => Receiver.HangAsync(context));
        var address = new Uri(receiver.Address, "/t0ps3cret");
        var queues = new EventQueues([Sink(new WebhookSender(address, "key-key", new JsonPost(new Tries(time), time), time))], time,
            _complaints.Add);
        foreach (var happened in SampleRuns.Deployment()) queues.Report(happened);
        var end = queues.EndAsync(Stop);
        await Eventually.TrueAsync("the notification is on its way", () => receiver.Requests.Count == 1, Stop);
        for (var second = 0; second < 29; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        end.IsCompleted.Should().BeFalse("it has 30 s");
        time.Advance(TimeSpan.FromSeconds(1));
        await end;
        _complaints.Should().Equal("the webhook at 127.0.0.1 is too slow; 1 event was not shown");
    }

    [Fact]
    public async Task A_place_that_is_dead_is_reported_once_with_its_host_and_the_others_get_everything()
    {
        await using var receiver = await Receiver.StartAsync(Stop);
        var post = new JsonPost(SampleRuns.Quick, TimeProvider.System);
        var dead = new GitHubSender(new("acme", "shop", new("http://127.0.0.1:1/"), new("GITHUB_TOKEN", "")), "ghp_t0ken", SampleRuns.Quick,
            TimeProvider.System);
        var queues = new EventQueues([Sink(dead), Sink(new SlackSender(receiver.Address, post))], TimeProvider.System, _complaints.Add);
        foreach (var happened in SampleRuns.Deployment()) queues.Report(happened);
        await queues.EndAsync(Stop);
        _complaints.Should().ContainSingle("it failed at the begin and at the end").Which.Should()
            .StartWith("reporting failed and goes on without: GitHub at 127.0.0.1 did not get the notification: Connection refused");
        receiver.Requests.Should().ContainSingle();
    }

    [Theory]
    [InlineData(Outcome.Promoted, 1)]
    [InlineData(Outcome.Failed, 0)]
    public async Task A_place_gets_the_ends_that_it_is_for(Outcome outcome, int requests)
    {
        await using var receiver = await Receiver.StartAsync(Stop);
        var chat = new SlackSender(receiver.Address, new JsonPost(SampleRuns.Quick, TimeProvider.System));
        var sink = Sink(chat, RunEnd.Deployed, RunEnd.Waiting);
        foreach (var happened in SampleRuns.Deployment(outcome: outcome)) await sink.SendAsync(happened, Stop);
        receiver.Requests.Should().HaveCount(requests);
    }

    [Fact]
    public async Task A_failure_shows_neither_the_address_nor_what_a_library_knows_of_it()
    {
        var redactor = new Redactor(["hooks-t0ken"]);
        var sink = new NotificationSink(new Throws(), SampleRuns.Collector(), [], redactor);
        var sending = async () =>
        {
            foreach (var happened in SampleRuns.Deployment()) await sink.SendAsync(happened, Stop);
        };
        var failed = await sending.Should().ThrowAsync<DeliveryException>();
        failed.WithMessage("the chat did not get the notification: UriFormatException").Which.ToString().Should().NotContain("hooks-t0ken");
    }

    private static NotificationSink Sink(ISender sender, params RunEnd[] on) => new(sender, SampleRuns.Collector(), on, new Redactor([]));

    private sealed class Throws : ISender
    {
        public string Name => "the chat";

        public bool Follows => false;

        public Task SendAsync(Notification notification, CancellationToken cancellationToken) =>
            throw new UriFormatException("https://chat.example.org/hooks-t0ken is wrong");
    }
}
