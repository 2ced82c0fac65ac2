"""Takes parcels in over HTTP and puts them on the queue: POST /parcels with a name as body."""
import os
import signal
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

host, port = os.environ["BROKER"].split(":")


def broker(*words):
    """Sends one command to Redis and returns the first line of its answer."""
    packed = b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in (str(word).encode() for word in words))
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(b"*%d\r\n" % len(words) + packed)
        answer = connection.makefile("rb").readline().decode().strip()
    if answer.startswith("-"):
        raise OSError(answer)
    return answer


class Desk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/up":
            self.answer(200, "up" if broker("PING") == "+PONG" else "the broker does not answer")
        elif self.path == "/":
            self.answer(200, "The parcel desk is open")
        else:
            self.answer(404, "no such page")

    def do_POST(self):
        parcel = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path != "/parcels" or not parcel:
            self.answer(400, "POST /parcels with the parcel's name as body")
            return
        broker("LPUSH", "parcels", parcel)
        self.answer(202, "taken")

    def answer(self, status, text):
        body = (text + "\n").encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def stop(*_):
    sys.exit(0)


signal.signal(signal.SIGTERM, stop)
listen = int(os.environ.get("PORT", "5000"))
print(f"listening on {listen}", flush=True)
ThreadingHTTPServer(("", listen), Desk).serve_forever()
