using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ChainBridge.TestKit.Load;
using ChainBridge.TestKit.Load.Http;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>What a generator does inside its own process, seen by scenarios that write it down: nothing here depends on time.</summary>
public sealed class GeneratorInsideTests : IDisposable
{
    private const int Requests = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("load-inside-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Arrivals_are_begun_by_two_threads_that_do_nothing_else_each_half_of_them()
    {
        var lines = await RunAsync<Threads>(ArrivalRates.Constant(200, TimeSpan.FromSeconds(0.5)), new("http://127.0.0.1:1"));
        lines.Order().Should().Equal("load 0: 50", "load 1: 50");
    }

    [Fact]
    public async Task Requests_of_the_lean_client_allocate_a_part_of_what_those_of_the_full_one_do()
    {
        using var server = new RawServer();
        var lines = await RunAsync<Allocations>(ArrivalRates.Constant(1, TimeSpan.FromSeconds(1)), server.Address);
        server.Requests.Should().HaveCount(4 * Requests);
        var bytes = lines.Select(line => long.Parse(line, CultureInfo.InvariantCulture)).ToList();
        // 480 bytes in a debug build, where a method that waits is an object.
        bytes[0].Should().BeLessThan(700, "a request is bytes out, a status and a length back");
        bytes[0].Should().BeLessThan(bytes[1] / 3, "SocketsHttpHandler makes objects of every answer");
    }

    private async Task<string[]> RunAsync<T>(ArrivalRates arrivals, Uri target) where T : ILoadScenario, new()
    {
        var file = Path.Combine(_folder.FullName, "seen");
        var plan = new LoadPlan("inside", ScenarioType.Of<T>(), arrivals)
        {
            Target = target, WarmUp = TimeSpan.Zero, EndEarly = false, LateAfter = Patience, StepTimeout = Patience, Drain = Patience,
            Settings = new Dictionary<string, string> { ["file"] = file },
        };
        var measured = await LoadEngine.Process(TimeProvider.System).RunAsync(plan, null, Stop).WaitAsync(Patience, Stop);
        measured.Broken.Should().BeNull();
        return await File.ReadAllLinesAsync(file, Stop);
    }

    /// <summary>Writes down which threads begin iterations, and how many each.</summary>
    public sealed class Threads : ILoadScenario
    {
        private readonly ConcurrentDictionary<string, int> _begun = new();
        private string _file = "";

        /// <inheritdoc/>
        public ValueTask SetUpAsync(LoadSetup setup, CancellationToken cancellationToken)
        {
            _file = setup.Setting("file");
            return ValueTask.CompletedTask;
        }

        /// <inheritdoc/>
        public ValueTask RunAsync(LoadUser user, CancellationToken cancellationToken)
        {
            _begun.AddOrUpdate(Thread.CurrentThread.Name ?? "a thread without a name", 1, (_, before) => before + 1);
            return ValueTask.CompletedTask;
        }

        /// <inheritdoc/>
        public ValueTask CleanUpAsync(CancellationToken cancellationToken) =>
            new(File.WriteAllLinesAsync(_file, _begun.Select(thread => $"{thread.Key}: {thread.Value}"), cancellationToken));
    }

    /// <summary>Sends requests one after the other by each client, and writes down how many bytes one allocates in the end.</summary>
    public sealed class Allocations : ILoadScenario
    {
        private static readonly ReadOnlyMemory<byte> Request = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: unit\r\n\r\n");
        private Uri? _target;
        private string _file = "";

        /// <inheritdoc/>
        public ValueTask SetUpAsync(LoadSetup setup, CancellationToken cancellationToken)
        {
            (_target, _file) = (setup.Target, setup.Setting("file"));
            return ValueTask.CompletedTask;
        }

        /// <inheritdoc/>
        public async ValueTask RunAsync(LoadUser user, CancellationToken cancellationToken)
        {
            using var client = new LeanHttp(_target!);
            var lean = await BytesAsync(async () => await client.SendAsync(user, "lean", Request, false, 200, cancellationToken));
            var full = await BytesAsync(async () => await user.Http.GetAsync(user, "full", "/", cancellationToken));
            await File.WriteAllLinesAsync(_file, [lean, full], cancellationToken);
        }

        /// <summary>
        /// With inline completions the thread that sees an answer goes on with it, so that what other threads allocate is not counted.
        /// </summary>
        private static async Task<string> BytesAsync(Func<Task> sendAsync)
        {
            for (var i = 0; i < Requests; i++) await sendAsync();
            var (thread, before) = (Environment.CurrentManagedThreadId, GC.GetAllocatedBytesForCurrentThread());
            for (var i = 0; i < Requests; i++) await sendAsync();
            return thread == Environment.CurrentManagedThreadId
                ? FormattableString.Invariant($"{(GC.GetAllocatedBytesForCurrentThread() - before) / Requests}")
                : "another thread went on";
        }
    }
}
