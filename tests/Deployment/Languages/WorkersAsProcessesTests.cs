using System.Globalization;
using System.Net.Http.Json;
using ChainBridge.Tests.Deployment.Harness;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Languages;

/// <summary>A worker as a process: deployed, gone back and broken by real runners while work comes in.</summary>
[Trait(Sample.Turn, "13")]
public sealed class WorkersAsProcessesTests
{
    private const string Compose = """
        services:
          desk: { build: ., environment: { BROKER: "broker:6379" } }
          sorter: { build: ., environment: { BROKER: "broker:6379" } }
          broker: { image: "redis:7" }
        """;

    private const string Manifest = """
        project: parcels
        compose: compose.yml
        accessories: [broker]
        workers: [sorter]
        doors: { desk: { service: desk } }
        services:
          desk: { run: [python3, -u, desk.py], health: / }
          sorter: { run: [python3, -u, sorter.py], steady: 2s }
        gates:
          smoke: { probes: [ { path: /, contains: open } ] }
          observe: { for: 500ms }
        environments: { staging: { target: process, port: PORT, readyTimeout: 90s } }
        """;

    private const string Broker = """
        import json, os, signal, socket, sys, time
        host, port = os.environ["BROKER"].split(":")

        def ask(*words):
            packed = b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in (str(word).encode() for word in words))
            with socket.create_connection((host, int(port)), timeout=5) as connection:
                connection.sendall(b"*%d\r\n" % len(words) + packed)
                return read(connection.makefile("rb"))

        def read(answer):
            line = answer.readline().decode().strip()
            if line[0] == "-": raise OSError(line)
            if line[0] == "*": return [read(answer) for _ in range(int(line[1:]))]
            if line[0] != "$": return line[1:]
            return None if line == "$-1" else answer.read(int(line[1:]) + 2)[:-2].decode()
        """;

    private const string Desk = """
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
        from broker import *

        class Desk(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_GET(self):
                if self.path == "/": self.answer("the desk is open")
                else: self.answer(json.dumps({"waiting": int(ask("LLEN", "parcels")) + int(ask("LLEN", "in-hand")),
                    "sorted": ask("LRANGE", "sorted", 0, -1)}))
            def do_POST(self):
                ask("LPUSH", "parcels", self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.answer("taken")
            def answer(self, text):
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())
            def log_message(self, *_): pass

        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Desk).serve_forever()
        """;

    /// <summary>What it had in hand when it was killed, the next one puts back; so two at once would sort a parcel twice.</summary>
    private const string Sorter = """
        from broker import *

        going = True
        def stop(*_):
            global going
            going = False
        signal.signal(signal.SIGTERM, stop)
        while ask("LMOVE", "in-hand", "parcels", "LEFT", "RIGHT"): pass
        print("sorting")
        while going:
            parcel = ask("LMOVE", "parcels", "in-hand", "RIGHT", "LEFT")
            if parcel is None:
                time.sleep(0.01)
                continue
            ask("RPUSH", "sorted", parcel)
            ask("LREM", "in-hand", 1, parcel)
        """;

    private sealed record State(int Waiting, IReadOnlyList<string> Sorted);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>How many deployments and rollbacks; <c>make bench NAME=queue</c> asks for 20.</summary>
    private static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("QUEUE_ROUNDS"), CultureInfo.InvariantCulture,
        out var rounds) ? rounds : 2;

    [Fact]
    public async Task No_parcel_is_lost_or_sorted_twice_while_releases_of_processes_come_and_go()
    {
        var folder = Directory.CreateTempSubdirectory(AbandonedLabs.Prefix).FullName;
        var repository = new StackRepository(Directory.CreateDirectory(Path.Combine(folder, "source")).FullName);
        var door = new Uri($"http://127.0.0.1:{UnusedPort.Next()}");
        foreach (var (name, text) in new[] { ("compose.yml", Compose), ("broker.py", Broker), ("desk.py", Desk), ("sorter.py", Sorter),
            ("chainbridge.yml", Manifest.Replace("PORT", $"{door.Port}", StringComparison.Ordinal)), (".gitignore", ".chainbridge/\n") })
            await File.WriteAllTextAsync(Path.Combine(repository.Folder, name), text + "\n", Stop);
        await repository.BeginAsync(Stop);
        await AbandonedLabs.OwnAsync(folder, [], Stop);
        try
        {
            await WorkAsync(repository, door);
        }
        finally
        {
            await RunAsync(repository, "down", "--volumes");
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task WorkAsync(StackRepository repository, Uri door)
    {
        (await RunAsync(repository, "deploy", "--version", "first")).ShouldEndWith(0);
        await using var parcels = new Parcels(door);
        for (var round = 1; round <= Rounds; round++)
        {
            (await RunAsync(repository, "deploy", "--version", $"round-{round}")).ShouldEndWith(0);
            (await RunAsync(repository, "rollback")).ShouldEndWith(0);
            Sorters(repository).Should().ContainSingle();
        }

        await repository.ChangeAsync("sorter.py", text => $"import sys; print('no sorting today'); sys.exit(3)\n{text}", Stop);
        var broken = await RunAsync(repository, "deploy", "--version", "broken");
        broken.ShouldEndWith(11);
        broken.Evidence.Should().Contain("no sorting today").And.Contain("first is serving again");
        Sorters(repository).Should().ContainSingle("the old worker is back").Which.Folder.Should().Contain("/first/");

        await parcels.StopAsync();
        using var client = new HttpClient { BaseAddress = door };
        var state = new State(-1, []);
        await Until.TrueAsync("the queue is empty", TimeSpan.FromSeconds(60), async () =>
            (state = (await client.GetFromJsonAsync<State>("state", Stop))!).Waiting == 0, Stop);
        parcels.Refused.Should().BeEmpty();
        parcels.Taken.Should().HaveCountGreaterThan(100);
        state.Sorted.Should().OnlyHaveUniqueItems("a parcel that is sorted twice was taken by two workers");
        parcels.Taken.Except(state.Sorted).Should().BeEmpty("a parcel that was taken in must be sorted");
    }

    /// <summary>Workers that run, in whichever slot.</summary>
    private static IReadOnlyList<Processes.Seen> Sorters(StackRepository repository) => [.. Processes.All().Where(process =>
        process.Folder.StartsWith(repository.Folder, StringComparison.Ordinal)
            && process.CommandLine.EndsWith("sorter.py", StringComparison.Ordinal))];

    private static async Task<RunResult> RunAsync(StackRepository repository, params string[] arguments)
    {
        using var run = RunnerRun.Start(repository.Folder, new Dictionary<string, string?>(), [], ["--output", "json", .. arguments]);
        return await run.EndAsync(Stop);
    }
}
