using ChainBridge.Engine.Model;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Languages;

/// <summary>A compose file that was written for containers, as processes: nothing in it names this machine.</summary>
public sealed class ComposeAsProcessesTests
{
    private const string Compose = """
        services:
          web:
            build: .
            environment:
              CACHE: "cache:6379"
              DATABASE_URL: postgres://clerk:secret@ledger/parcels
              PRICES: http://prices:5000/
          prices: { build: ., environment: { PAGE: "cheap" } }
          cache: { image: "redis:7" }
          ledger: { image: "postgres:15", environment: { POSTGRES_USER: clerk, POSTGRES_PASSWORD: secret, POSTGRES_DB: parcels } }
        """;

    private const string Manifest = """
        project: words
        compose: compose.yml
        accessories: [cache, ledger]
        doors: { web: { service: web } }
        services:
          web: { run: [python3, web.py], health: / }
          prices: { run: [python3, prices.py], health: / }
        gates: { smoke: { probes: [ { path: / } ] } }
        environments: { staging: { target: process, port: 0, readyTimeout: 90s } }
        """;

    private const string Head = """
        import os, socket, subprocess, urllib.request
        from http.server import BaseHTTPRequestHandler, HTTPServer

        """;

    private const string Tail = """

        class Page(BaseHTTPRequestHandler):
            def do_GET(self):
                text = page().encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

        HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Page).serve_forever()
        """;

    private const string Web = Head + """
        def page():
            host, port = os.environ["CACHE"].split(":")
            with socket.create_connection((host, int(port)), timeout=5) as cache:
                cache.sendall(b"PING\r\n")
                pong = cache.recv(5).decode()
            ask = "SELECT current_user || ' at ' || current_database()"
            who = subprocess.check_output(["psql", os.environ["DATABASE_URL"], "-tAc", ask])
            price = urllib.request.urlopen(os.environ["PRICES"], timeout=5).read().decode()
            return f"{pong} {who.decode().strip()} {price}"
        """ + Tail;

    private const string Prices = Head + """
        def page():
            return os.environ["PAGE"]
        """ + Tail;

    [Fact]
    public async Task Services_of_a_compose_file_reach_each_other_and_their_servers_by_what_stood_for_names()
    {
        await using var place = await Place.OfComposeAsync(Compose, Manifest, ("web.py", Web), ("prices.py", Prices));
        await place.PrepareAsync();
        await place.StartAsync(Slot.Blue, await place.ReleaseAsync("one", "unused"));
        (await place.PageAsync(Slot.Blue)).Should().Be("+PONG clerk at parcels cheap");
    }
}
