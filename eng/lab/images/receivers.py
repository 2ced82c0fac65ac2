"""Three servers for the lab. What they get is written to /lab/received, a file each, the newest with the highest number.

mail     port 2525: SMTP, takes every mail
webhook  port 8025: takes what is signed with the key in /lab/hook.secret, refuses the rest with 401
github   port 8026: the part of GitHub's REST API that a deployment asks; /lab/github.json has the truth of every commit
"""
import hashlib
import hmac
import http.server
import itertools
import json
import os
import re
import socketserver
import threading

LAB = "/lab"
RECEIVED = os.path.join(LAB, "received")
numbers = itertools.count(1)


def keep(kind, ending, content):
    path = os.path.join(RECEIVED, f"{next(numbers):04d}-{kind}.{ending}")
    with open(path + ".new", "wb") as file:
        file.write(content)
    os.rename(path + ".new", path)


class Mail(socketserver.StreamRequestHandler):
    timeout = 60

    def handle(self):
        self.say("220 lab")
        lines = []
        while line := self.rfile.readline(4096):
            words = line.decode("utf-8", "replace").strip()
            verb = words.split(" ")[0].split(":")[0].upper()
            if verb in ("EHLO", "HELO"):
                self.say("250 lab")
            elif verb == "MAIL":
                lines = [words]
                self.say("250 ok")
            elif verb == "RCPT":
                lines.append(words)
                self.say("250 ok")
            elif verb == "DATA":
                self.say("354 end with a dot")
                body = []
                while (part := self.rfile.readline(65536)) and part != b".\r\n":
                    body.append(part[1:] if part.startswith(b"..") else part)
                keep("mail", "eml", "".join(line + "\r\n" for line in lines).encode() + b"\r\n" + b"".join(body))
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, words):
        self.wfile.write(words.encode() + b"\r\n")


class Http(http.server.BaseHTTPRequestHandler):
    timeout = 60

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, status, value=None):
        content = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


class Webhook(Http):
    def do_POST(self):
        body = self.body()
        with open(os.path.join(LAB, "hook.secret"), "rb") as file:
            key = file.read().strip()
        signed = "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signed, self.headers.get("X-ChainBridge-Signature-256", "")):
            return self.answer(401, {"message": "the signature does not fit the body"})
        keep("webhook", "json", body)
        self.answer(204)


# What GitHub's answers have beside what decides, in its own shapes: a client that cannot read one of them fails here too.
AT = "2026-01-02T03:04:05Z"
USER = {"login": "octo", "id": 1, "node_id": "U_1", "avatar_url": "", "url": "http://127.0.0.1:8026/users/octo", "type": "User",
        "site_admin": False, "user_view_type": "public"}
APP = {"id": 1, "slug": "actions", "node_id": "A_1", "owner": {**USER, "type": "Organization"}, "name": "Actions", "description": None,
       "external_url": "http://127.0.0.1:8026/apps/actions", "html_url": "http://127.0.0.1:8026/apps/actions", "created_at": AT,
       "updated_at": AT, "permissions": {"checks": "write", "contents": "read", "metadata": "read", "administration": "read",
                                         "organization_administration": "write"}, "events": ["push"]}
CHECK_RUN = {"node_id": "CR_1", "external_id": "", "url": "http://127.0.0.1:8026/", "html_url": "http://127.0.0.1:8026/",
             "details_url": "http://127.0.0.1:8026/", "status": "completed", "conclusion": "success", "started_at": AT, "completed_at": AT,
             "output": {"title": None, "summary": None, "text": None, "annotations_count": 0, "annotations_url": "http://127.0.0.1:8026/"},
             "check_suite": {"id": 1}, "app": APP, "pull_requests": [{"id": 1, "number": 2, "url": "http://127.0.0.1:8026/",
             "head": {"ref": "topic", "sha": "0", "repo": {"id": 1, "name": "lab", "url": "http://127.0.0.1:8026/"}},
             "base": {"ref": "main", "sha": "0", "repo": {"id": 1, "name": "lab", "url": "http://127.0.0.1:8026/"}}}]}
STATUS = {"node_id": "S_1", "url": "http://127.0.0.1:8026/", "state": "success", "description": "", "target_url": None, "context": "build",
          "created_at": AT, "updated_at": AT, "creator": USER, "avatar_url": ""}
ISSUE = {"node_id": "I_1", "url": "http://127.0.0.1:8026/", "html_url": "http://127.0.0.1:8026/", "comments_url": "http://127.0.0.1:8026/",
         "state": "open", "state_reason": "reopened", "user": USER, "labels": [{"id": 1, "name": "blocks-deploy", "color": "f00",
         "default": False, "description": None, "node_id": "L_1", "url": "http://127.0.0.1:8026/"}], "assignee": USER, "assignees": [USER],
         "milestone": {"id": 1, "number": 1, "state": "open", "title": "one", "creator": USER, "open_issues": 1, "closed_issues": 0,
                       "created_at": AT, "updated_at": AT, "due_on": None, "closed_at": None}, "locked": True,
         "active_lock_reason": "too heated", "comments": 0, "author_association": "OWNER", "closed_at": None, "created_at": AT,
         "updated_at": AT, "body": "", "reactions": {"total_count": 0, "+1": 0, "url": "http://127.0.0.1:8026/"}}
DEPLOYMENT = {"id": 7, "node_id": "D_1", "sha": "0", "ref": "main", "task": "deploy", "payload": {}, "environment": "other",
              "original_environment": "other", "description": None, "creator": USER, "created_at": AT, "updated_at": AT,
              "statuses_url": "http://127.0.0.1:8026/", "repository_url": "http://127.0.0.1:8026/", "transient_environment": False,
              "production_environment": True, "performed_via_github_app": None, "url": "http://127.0.0.1:8026/"}


class GitHub(Http):
    def do_GET(self):
        with open(os.path.join(LAB, "github.json"), encoding="utf-8") as file:
            truth = json.load(file)
        path = self.path.split("?")[0]
        commit = re.search(r"/commits/([^/]+)/", path)
        if path.endswith("/check-runs"):
            runs = [{**CHECK_RUN, "id": number, "head_sha": commit[1], **run} for number, run in enumerate(truth["checkRuns"], 1)]
            return self.answer(200, {"total_count": len(runs), "check_runs": runs})
        if path.endswith("/statuses") and commit:
            return self.answer(200, [{**STATUS, "id": number, **status} for number, status in enumerate(truth["statuses"], 1)])
        if path.endswith("/issues"):
            label = re.search(r"labels=([^&]+)", self.path)
            wanted = [issue for issue in truth["issues"] if not label or issue["label"] == label[1]]
            return self.answer(200, [{**ISSUE, "id": number, "number": number, "title": issue["title"]}
                                     for number, issue in enumerate(wanted, 1)])
        if path.endswith("/labels/blocks-deploy"):
            return self.answer(200, ISSUE["labels"][0])
        if path.endswith("/deployments"):
            return self.answer(200, [DEPLOYMENT])
        self.answer(404, {"message": "Not Found"})

    def do_POST(self):
        body = self.body()
        keep("github", "json", json.dumps({"path": self.path, "body": json.loads(body or b"{}")}, indent=2).encode())
        # Of a status and of a deployment alike it answers with a number and what it was given.
        self.answer(201, {**DEPLOYMENT, "id": 1, "state": json.loads(body or b"{}").get("state", "pending")})


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


os.makedirs(RECEIVED, exist_ok=True)
servers = [Server(("0.0.0.0", port), handler) for port, handler in ((2525, Mail), (8025, Webhook), (8026, GitHub))]
threads = [threading.Thread(target=server.serve_forever) for server in servers]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
