"""`garant serve`: every path and status of its OpenAPI file against the running server."""

import base64
import hashlib
import http.client
import json
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import unittest
from urllib.parse import urlsplit

import jsonschema

from aged import NEW_TRACE, Aged
from waiting import until, until_ready
from workplace import (GARANT, LOG, PERSONS_MAPPING, READERS, ROOT, Workplace, in_an_earlier_note,
                       service_file)

OPENAPI = json.loads((ROOT / "src" / "server" / "openapi.json").read_text(encoding="utf-8"))


def strict(schema):
    """The schema with nothing allowed beside what it names: readers must bear more, writers not do it."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    stricter = {key: strict(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict):
        stricter.setdefault("additionalProperties", False)
    return stricter


STRICT = strict(OPENAPI)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


class Served(Workplace):
    def setUp(self):
        super().setUp()
        self.write("garant.yaml", service_file(rest=READERS))

    def start(self, *words):
        said = open(self.folder / f"said-{self.started}", "w+", encoding="utf-8")
        self.started += 1
        self.addCleanup(said.close)
        ready = self.folder / f"ready-{self.started}"
        process = subprocess.Popen(
            [GARANT, "serve", *map(str, words), "--ready-file", str(ready)], cwd=self.folder, env=self.environment,
            stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, start_new_session=True)
        self.said, self.process = said, process
        # Sanitizers say at the end what they saw.
        self.addCleanup(lambda: self.assertEqual(0, self.end(process), self.output(said)))
        link = until_ready(process, ready, self.output)
        found = re.fullmatch(r"(http://\S+)/open\?token=(\w+)\n"
                             r"(?:http://\S+/open\?token=(\w+)\n)?"
                             r"(?:http://\S+/open\?token=(\w+)\n)?", link)
        self.address, self.token, self.auditor_token = urlsplit(found[1]), found[2], found[3]
        self.officer_token = found[4]
        for line in link.splitlines(keepends=True):
            self.assertIn(line, self.output())
        return self

    started = 0

    def output(self, said=None):
        said = said or self.said
        said.flush()
        said.seek(0)
        return said.read()

    def end(self, process=None):
        process = process or self.process
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        return process.returncode

    def ask(self, target, method="GET", session=None, body=None, **headers):
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port,
                                                timeout=60)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        session = self.session if session is None else session
        if session:
            headers["Cookie"] = f"theme=dark; garant-session-{self.address.port}={session}"
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
        answer.content = answer.read()
        connection.close()
        return answer

    def post(self, target, body, session=None, media="application/json"):
        return self.ask(target, "POST", session, body if isinstance(body, bytes) else json.dumps(body),
                        Content_Type=media)

    session = ""

    def open(self):
        answer = self.ask(f"/open?token={self.token}")
        self.assertEqual(303, answer.status, answer.content)
        self.assertEqual("/", answer.headers["Location"])
        cookie = answer.headers["Set-Cookie"]
        headers = OPENAPI["paths"]["/open"]["get"]["responses"]["303"]["headers"]
        for name, header in headers.items():
            jsonschema.validate(answer.headers[name], header["schema"])
        self.assertTrue(cookie.startswith(f"garant-session-{self.address.port}="), cookie)
        self.session = cookie.split(";")[0].split("=")[1]
        return self

    def record(self, lines):
        self.write("web.log", "".join(json.dumps(line) + "\n" for line in lines))
        self.write("mapping.yaml", PERSONS_MAPPING)
        self.call("recorder", "--lines", self.folder / "web.log", "--mapping", "mapping.yaml",
                  "--once", status=0)

    def lines(self):
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        return [{"time": now, "event": f"step.{n}", "trace": TRACE, "span": f"{n:016x}",
                 "session": "s-1", "licence": "anna",
                 **({"parent": f"{n - 1:016x}"} if n > 1 else {})} for n in (1, 2, 3)]


class Everything(Aged, Served):
    """What the file documents is what the server does, and the other way round."""

    def check(self, path, status, answer):
        [way] = OPENAPI["paths"][path].values()
        documented = way["responses"]
        self.assertIn(str(status), documented, path)
        self.assertEqual(status, answer.status, (path, answer.content))
        self.seen.add((path, str(status)))
        contents = documented[str(status)].get("content", {})
        if not contents:
            return None
        media = answer.headers["Content-Type"].split(";")[0]
        self.assertIn(media, contents, path)
        if media == "text/html":
            return answer.content.decode("utf-8")
        if not media.endswith("json"):
            for name, header in documented[str(status)]["headers"].items():
                jsonschema.validate(answer.headers[name], header["schema"])
            return answer.content
        body = json.loads(answer.content)
        schema = {**contents[media]["schema"], "components": STRICT["components"]}
        jsonschema.Draft202012Validator(strict(schema)).validate(body)
        return body

    def test_every_path_with_every_status(self):
        self.seen = set()
        self.start("--auditor", "--as", "owner")
        self.check("/api/v1/health", 200, self.ask("/api/v1/health"))
        for path, ways in OPENAPI["paths"].items():
            if "post" in ways:
                self.check(path, 401, self.post(path, {}))
                self.check(path, 401, self.post(path, {}, "0" * 64))
        locked = [path for path, ways in OPENAPI["paths"].items()
                  if "get" in ways and "security" not in ways["get"]]
        for path in locked:
            filled = path.replace("{id}", "9.4-09").replace("{index}", "0").replace("{tile}", "0/000.p/1")
            self.check(path, 401, self.ask(filled))
            self.check(path, 401, self.ask(filled, session="0" * 64))
        self.check("/open", 401, self.ask("/open?token=" + "0" * 64))
        self.assertIn("<h1>", self.check("/open", 401, self.ask("/open", Accept=BROWSER)))
        self.check("/open", 400, self.ask(f"/open?token={self.token}&more=1"))
        self.open()
        self.check("/open", 401, self.ask(f"/open?token={self.token}", session=""))
        self.seen.add(("/open", "303"))

        for path in ("/api/v1/health", "/api/v1/openapi.json"):
            self.check(path, 400, self.ask(path + "?a=b"))

        # Before anything was recorded.
        for path, asked in (("/api/v1/entries", "/api/v1/entries"),
                            ("/api/v1/entries/{index}", "/api/v1/entries/0"),
                            ("/api/v1/journeys", "/api/v1/journeys"),
                            ("/checkpoint", "/checkpoint"), ("/tile/{tile}", "/tile/0/000.p/1")):
            self.check(path, 404, self.ask(asked))
        officer = self.before_people()
        self.record(self.lines())
        self.assertEqual(200, self.ask("/api/v1/entries").status, "at once")
        self.people(officer)

        page = self.check("/", 200, self.ask("/", Accept=BROWSER, Accept_Language="fr-CA"))
        self.assertIn('<html lang="fr"', page)
        self.assertIn('<html lang="en"', self.check("/", 200, self.ask("/?lang=en")))
        self.check("/", 400, self.ask("/?lang=de"))
        self.assertIn("<h1>", self.check("/", 400, self.ask("/?lang=de", Accept=BROWSER)))
        file = self.check("/api/v1/openapi.json", 200, self.ask("/api/v1/openapi.json"))
        self.assertEqual(OPENAPI, file)

        verdicts = self.check("/api/v1/verdicts", 200, self.ask("/api/v1/verdicts"))
        printed = self.judge(status=1)
        for one in (verdicts, printed):
            del one["as_of"]
        self.assertEqual(printed, verdicts)
        self.check("/api/v1/verdicts", 400, self.ask("/api/v1/verdicts?a=b"))

        items = self.check("/api/v1/items", 200, self.ask("/api/v1/items"))["items"]
        self.assertEqual([item["id"] for item in verdicts["items"]], [item["id"] for item in items])
        unknown = self.check("/api/v1/items", 200, self.ask("/api/v1/items?state=unknown&due=now"))
        self.assertEqual([item["id"] for item in verdicts["items"]
                          if item["state"] == "unknown" and item["due"] == "now"],
                         [item["id"] for item in unknown["items"]])
        self.check("/api/v1/items", 400, self.ask("/api/v1/items?states=unknown"))
        item = self.check("/api/v1/items/{id}", 200, self.ask("/api/v1/items/9.4-09"))["item"]
        self.assertEqual(next(one for one in verdicts["items"] if one["id"] == "9.4-09"), item)
        self.check("/api/v1/items/{id}", 404, self.ask("/api/v1/items/9.9-99"))
        self.check("/api/v1/items/{id}", 400, self.ask("/api/v1/items/9.4-09?a=b"))

        all_entries = self.check("/api/v1/entries", 200, self.ask("/api/v1/entries"))
        self.assertIsNone(all_entries["next"])
        self.assertEqual(all_entries["size"], len(all_entries["entries"]))
        paged, start = [], 0
        while start is not None:
            part = self.check("/api/v1/entries", 200,
                              self.ask(f"/api/v1/entries?from={start}&limit=1&kind=event"))
            paged += part["entries"]
            start = part["next"]
        events = [one for one in all_entries["entries"] if one["kind"] == "event"]
        self.assertEqual(3, len(events))
        self.assertEqual(events, paged)
        self.assertNotIn(TRACE, json.dumps(all_entries))
        of_trace = self.check("/api/v1/entries", 200, self.ask(f"/api/v1/entries?trace={TRACE}"))
        self.assertEqual(events, of_trace["entries"])
        for query in ("trace=1", "from=x", "limit=0", "limit=1001", "since=yesterday", "kind=a&kind=b",
                      "size=1", "from=-1"):
            self.check("/api/v1/entries", 400, self.ask(f"/api/v1/entries?{query}"))
        other = self.check("/api/v1/entries", 200,
                           self.ask("/api/v1/entries?trace=" + "0" * 31 + "1"))
        self.assertEqual([], other["entries"])
        none = self.check("/api/v1/entries", 200, self.ask(
            "/api/v1/entries?since=2100-01-01T00:00:00Z&source=lines/web&part=web"))
        self.assertEqual([], none["entries"])

        self.proven(all_entries["size"])
        self.tiles()
        self.check("/api/v1/entries/{index}", 400, self.ask("/api/v1/entries/first"))
        self.check("/api/v1/entries/{index}", 404,
                   self.ask(f"/api/v1/entries/{all_entries['size']}"))

        for query in (f"?trace={TRACE}", f"?entry={events[0]['index']}", ""):
            [journey] = self.check("/api/v1/journeys", 200,
                                   self.ask("/api/v1/journeys" + query))["journeys"]
            self.assertEqual([0, 1, 2], [step["depth"] for step in journey["steps"]])
        for query in ("trace=1", "entry=x", "visit=true", f"trace={TRACE}&entry=0", "limit=0",
                      "entry=99999", f"entry={events[0]['index']}&visit=perhaps"):
            self.check("/api/v1/journeys", 400, self.ask("/api/v1/journeys?" + query))
        for query in ("trace=" + "0" * 31 + "1", "entry=0&visit=true"):
            self.check("/api/v1/journeys", 404, self.ask("/api/v1/journeys?" + query))

        auditor = self.audited()

        # A trail that does not hold: no verdict, and none of earlier.
        log = self.folder / ".garant" / "trail" / LOG
        whole = log.read_bytes()
        at = whole.rindex(b"BTCH") + 40
        log.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
        self.assertEqual(503, self.ask("/api/v1/verdicts").status, "at once")
        self.check("/", 503, self.ask("/"))
        self.assertIn("<h1>", self.check("/", 503, self.ask("/", Accept=BROWSER)))
        for path in ("verdicts", "items", "items/9.4-09", "entries", "entries/0", "journeys"):
            said = self.check(f"/api/v1/{path}".replace("9.4-09", "{id}").replace("/0", "/{index}"),
                              503, self.ask(f"/api/v1/{path}"))
            self.assertIn("garant trail verify", said["detail"])
        for path, body in self.SOUND.items():
            self.check(path, 503, self.post(path, body, officer))
        self.check("/checkpoint", 503, self.ask("/checkpoint"))
        self.check("/tile/{tile}", 503, self.ask("/tile/0/000.p/1"))
        self.check("/tile/entries/{tile}", 503,
                   self.ask("/tile/entries/000.p/1", session=auditor))
        log.write_bytes(whole)
        self.assertEqual(200, self.ask("/api/v1/verdicts").status, "at once")
        self.assertEqual(0, self.end(), self.output())

        self.deleted()
        documented = {(path, status) for path, ways in OPENAPI["paths"].items()
                      for way in ways.values() for status in way["responses"]}
        self.assertEqual(documented, self.seen)
        self.assertEqual(0, self.end(), self.output())

    def deleted(self):
        """What went when its time had come is told from what never was."""
        shutil.rmtree(self.folder / ".garant")
        self.age()
        self.call("trail", "expire", status=0)
        self.start("--auditor")
        self.open()
        opened = self.ask(f"/open?token={self.auditor_token}", session="")
        auditor = opened.headers["Set-Cookie"].split(";")[0].split("=")[1]
        for path, asked, session in (("/api/v1/entries/{index}", "/api/v1/entries/3", None),
                                     ("/api/v1/journeys", "/api/v1/journeys?entry=3", None),
                                     ("/tile/entries/{tile}", "/tile/entries/001", auditor)):
            gone = self.check(path, 410, self.ask(asked, session=session))
            self.assertRegex(gone["detail"], r"^entry \d+ was deleted on \d{4}-\d\d-\d\d .* from 512 on$")
        [journey] = self.check("/api/v1/journeys", 200,
                               self.ask(f"/api/v1/journeys?trace={NEW_TRACE}"))["journeys"]
        [gap] = [gap for gap in journey["gaps"] if gap["kind"] == "deleted"]
        self.assertEqual((0, 511, 512), (gap["first"], gap["last"], gap["count"]))
        never = self.check("/api/v1/journeys", 404, self.ask("/api/v1/journeys?trace=" + "0" * 31 + "1"))
        self.assertIn("or it stood among the entries up to 511", never["detail"])

    SOUND = {"/api/v1/search": {"kind": "event"}, "/api/v1/visits": {"session": "s-1"},
             "/api/v1/who-looked": {"issuer": "licences", "subject": "anna"},
             "/api/v1/readings": {"kind": "event", "purpose": "looking", "role": "owner"}}

    def before_people(self):
        """What is asked of people by POST, before anything was recorded. Gives the officer's session."""
        opened = self.ask(f"/open?token={self.officer_token}", session="")
        officer = opened.headers["Set-Cookie"].split(";")[0].split("=")[1]
        for path, body in self.SOUND.items():
            self.check(path, 404, self.post(path, body, officer))
            self.check(path, 400, self.post(path, {**body, "name": "anna"}, officer))
            self.check(path, 400, self.post(path, b"[]", officer))
            self.check(path, 415, self.post(path, body, officer, "text/plain"))
            for method in ("GET", "HEAD", "PUT", "DELETE"):
                answer = self.ask(path, method, officer)
                self.assertEqual((405, "POST"), (answer.status, answer.headers["Allow"]), (path, method))
            self.assertEqual(413, self.post(path, {"kind": "a" * 20000}, officer).status)
        return officer

    def people(self, officer):
        path = "/api/v1/readings"
        self.check(path, 403, self.post(path, self.SOUND[path]))
        self.check(path, 403, self.post(path, {**self.SOUND[path], "purpose": "other"}, officer))
        self.check(path, 400, self.post(path, {"kind": "event"}, officer))
        size = self.check("/api/v1/search", 200, self.post("/api/v1/search", {"limit": 1}))["size"]
        page = self.check(path, 200, self.post(path, {**self.SOUND[path], "reason": "Why not."}, officer))
        self.assertEqual(3, len(page["entries"]))
        for entry in page["entries"]:
            self.assertIn(TRACE, entry["parts"][-1]["opened"])
        [reading] = self.check("/api/v1/search", 200, self.post(
            "/api/v1/search", {"kind": "reading"}))["entries"]
        self.assertEqual(size, reading["index"])
        self.assertEqual({"count": 3, "filters": ["kind"], "first": page["entries"][0]["index"],
                          "last": page["entries"][-1]["index"], "purpose": "looking", "role": "owner"},
                         reading["facts"])
        of_trace = self.check("/api/v1/search", 200, self.post("/api/v1/search", {"trace": TRACE}))
        self.assertEqual(3, len(of_trace["entries"]))
        path = "/api/v1/visits"
        [visit] = self.check(path, 200, self.post(path, {"session": "s-1"}))["journeys"]
        self.assertEqual(3, len(visit["steps"]))
        self.check(path, 404, self.post(path, {"session": "s-2"}))
        path = "/api/v1/who-looked"
        looks = self.check(path, 200, self.post(path, self.SOUND[path]))
        self.assertEqual([("trail", "owner", "looking")],
                         [(look["at"], look["person"], look["purpose"]) for look in looks["looks"]])
        self.check(path, 404, self.post(path, {"issuer": "licences", "subject": "dora"}))

    def tiles(self):
        """The checkpoint's root out of the tile of hashes."""
        note = self.check("/checkpoint", 200, self.ask("/checkpoint")).decode("utf-8")
        size, root = int(note.split("\n")[1]), note.split("\n")[2]
        tile = self.check("/tile/{tile}", 200, self.ask(f"/tile/0/000.p/{size}"))
        self.assertEqual(32 * size, len(tile))
        hashes = [tile[i:i + 32] for i in range(0, len(tile), 32)]

        def over(leaves):
            if len(leaves) == 1:
                return leaves[0]
            left = 1 << ((len(leaves) - 1).bit_length() - 1)
            return hashlib.sha256(b"\1" + over(leaves[:left]) + over(leaves[left:])).digest()

        self.assertEqual(root, base64.b64encode(over(hashes)).decode("ascii"))
        self.check("/tile/{tile}", 404, self.ask(f"/tile/0/000.p/{size + 1}"))
        self.check("/tile/{tile}", 404, self.ask("/tile/0/../0/000.p/1"))
        self.check("/tile/{tile}", 400, self.ask("/tile/0/000.p/1?a=b"))
        self.check("/checkpoint", 400, self.ask("/checkpoint?a=b"))

    def audited(self):
        """Entries are for an auditor alone, and each reading is an entry. Gives the session."""
        path = "/tile/entries/{tile}"
        self.check(path, 403, self.ask("/tile/entries/000.p/1"))
        opened = self.ask(f"/open?token={self.auditor_token}", session="")
        auditor = opened.headers["Set-Cookie"].split(";")[0].split("=")[1]
        self.check(path, 400, self.ask("/tile/entries/000.p/1?a=b", session=auditor))
        self.check(path, 404, self.ask("/tile/entries/000", session=auditor))
        before = json.loads(self.ask("/api/v1/entries").content)["size"]
        bundle = self.check(path, 200, self.ask("/tile/entries/000.p/2", session=auditor))
        tile = self.ask("/tile/0/000.p/2", session=auditor).content
        for i in range(2):
            length = int.from_bytes(bundle[:2], "big")
            leaf, bundle = bundle[2:2 + length], bundle[2 + length:]
            self.assertEqual(tile[32 * i:32 * i + 32], hashlib.sha256(b"\0" + leaf).digest())
        self.assertEqual(b"", bundle)
        [_, reading] = json.loads(self.ask("/api/v1/entries?kind=reading").content)["entries"]
        self.assertEqual(before, reading["index"])
        self.assertEqual({"count": 2, "first": 0, "role": "auditor"}, reading["facts"])
        return auditor

    def proven(self, size):
        """Each entry against the signed checkpoint, with nothing but RFC 6962 and a hash."""
        roots = set()
        for index in range(size):
            proven = self.check("/api/v1/entries/{index}", 200,
                                self.ask(f"/api/v1/entries/{index}"))
            digest = base64.b64decode(proven["leaf_hash"])
            self.assertEqual("leaf" not in proven, bool(proven["entry"]["parts"]),
                             "what is sealed is not given out")
            if "leaf" in proven:
                leaf = base64.b64decode(proven["leaf"])
                self.assertEqual(digest, hashlib.sha256(b"\0" + leaf).digest())
            place, last = index, proven["size"] - 1
            for step in map(base64.b64decode, proven["inclusion"]):
                if place % 2 or place == last:
                    digest = hashlib.sha256(b"\1" + step + digest).digest()
                    while not place % 2 and place:
                        place, last = place // 2, last // 2
                else:
                    digest = hashlib.sha256(b"\1" + digest + step).digest()
                place, last = place // 2, last // 2
            self.assertEqual(0, last)
            self.assertEqual(proven["checkpoint"].split("\n")[2], base64.b64encode(digest).decode())
            roots.add(proven["checkpoint"])
        self.assertEqual(1, len(roots))


class Attacked(Served):
    def test_a_link_opens_once_and_a_preview_does_not_open_it(self):
        self.start()
        self.assertEqual(401, self.ask(f"/open?token={self.token}", method="HEAD").status)
        self.assertEqual(401, self.ask(f"/open?token={self.token[:-1]}").status)
        self.open()
        self.assertEqual(200, self.ask("/").status)
        first = self.session
        self.session = ""
        self.assertEqual(401, self.ask(f"/open?token={self.token}").status)
        self.assertEqual(200, self.ask("/", session=first).status)

    def test_a_link_that_is_too_old_opens_nothing(self):
        self.start("--link", "PT1S")
        time.sleep(1.1)
        self.assertEqual(401, self.ask(f"/open?token={self.token}").status)

    def test_a_page_of_another_name_reads_nothing(self):
        self.start().open()
        port = self.address.port
        for host in ("evil.example", f"evil.example:{port}", f"127.0.0.1.evil.example:{port}",
                     "localhost", ""):
            self.assertEqual(421, self.ask("/api/v1/verdicts", Host=host).status, host)
        self.assertEqual(200, self.ask("/api/v1/verdicts", Host=f"localhost:{port}").status)
        self.assertIsNone(self.ask("/", Origin="http://evil.example")
                          .headers["Access-Control-Allow-Origin"])

    def test_nothing_can_be_changed(self):
        self.start().open()
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
            answer = self.ask("/api/v1/verdicts", method=method)
            self.assertEqual((405, "GET, HEAD"), (answer.status, answer.headers["Allow"]), method)
        self.assertEqual(405, self.ask("/", method="POST", body="a" * 100).status)
        self.assertEqual(413, self.ask("/", body="a" * 100).status, "nor is anything taken along")

    def test_every_answer_says_how_it_may_be_used(self):
        self.start().open()
        for target in ("/", "/nothing", "/api/v1/verdicts", "/api/v1/health"):
            headers = self.ask(target).headers
            self.assertEqual("no-store", headers["Cache-Control"])
            self.assertEqual("nosniff", headers["X-Content-Type-Options"])
            self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])
        self.assertEqual(404, self.ask("/nothing").status)
        self.assertEqual(b"", self.ask("/", method="HEAD").content)
        french = json.loads(self.ask("/nothing", Accept_Language="fr").content)
        self.assertEqual("Il n’y a rien de tel", french["title"])

    def raw(self, content):
        with socket.create_connection((self.address.hostname, self.address.port), 60) as wire:
            wire.sendall(content)
            wire.shutdown(socket.SHUT_WR)
            answer = b""
            while chunk := wire.recv(65536):
                answer += chunk
            return answer

    def test_what_is_no_request_ends_nothing(self):
        self.start().open()
        host = b"Host: localhost:%d\r\n" % self.address.port
        for content, status in (
                (b"GET / HTTP/1.1\r\nX: " + b"a" * 20000 + b"\r\n\r\n", b"431"),
                (b"GET / HTTP/1.1\r\n\r\n", b"421"),
                (b"GET / HTTP/1.1\r\n" + host + host + b"\r\n", b"421"),
                (b"hello\r\n\r\n", b"400"),
                (b"GET /%zz HTTP/1.1\r\n" + host + b"Connection: close\r\n\r\n", b"400"),
                (b"GET http://localhost/ HTTP/1.1\r\n" + host + b"Connection: close\r\n\r\n",
                 b"400"),
                (b"GET / HTTP/1.1\r\n" + host + b"Content-Length: 99999999\r\n\r\n", b"413"),
                (b"\x16\x03\x01\x00\xa5\x01\x00\x00", b"400"),
                (b"", b"")):
            answer = self.raw(content)
            self.assertEqual(status, answer[9:12], content[:60])
            for field in (b"Cache-Control: no-store", b"X-Content-Type-Options: nosniff",
                          b"Content-Security-Policy: default-src 'none'"):
                self.assertEqual(bool(status), field in answer, (content[:60], field))
        self.assertEqual(200, self.ask("/").status)

    def test_one_who_says_nothing_keeps_nobody_from_being_heard(self):
        self.start().open()
        silent = [socket.create_connection((self.address.hostname, self.address.port), 60)
                  for _ in range(40)]
        for wire in silent:
            self.addCleanup(wire.close)
            wire.sendall(b"GET / HTTP/1.1\r\n")
        self.assertEqual(200, self.ask("/").status)
        self.assertEqual(0, self.end(), "and it ends while they are silent")

    def test_one_who_says_it_byte_by_byte_is_not_waited_for(self):
        self.start().open()
        with socket.create_connection((self.address.hostname, self.address.port), 60) as slow:
            slow.settimeout(0.2)
            for _ in range(600):  # two minutes, which it must not last
                try:
                    slow.sendall(b"G")
                    self.assertEqual(b"", slow.recv(4096), "there was no request yet")
                    break
                except TimeoutError:
                    continue
                except ConnectionError:
                    break
            else:
                self.fail("it waits for ever")
        self.assertEqual(200, self.ask("/").status)

    def test_a_connection_too_many_is_closed_and_makes_way_for_none(self):
        self.start().open()
        place = (self.address.hostname, self.address.port)
        held = [socket.create_connection(place, 60) for _ in range(64)]
        for wire in held:
            self.addCleanup(wire.close)
        with socket.create_connection(place, 60) as more:
            try:
                self.assertEqual(b"", more.recv(1))
            except ConnectionResetError:
                pass
        held[0].close()

        def gets_in():
            try:
                return self.ask("/").status == 200
            except (ConnectionError, http.client.HTTPException):
                return False

        until(gets_in, "somebody gets in again")

    def test_many_ask_at_once_while_the_trail_grows(self):
        self.start().open()
        self.record(self.lines())
        asked, stop = [], threading.Event()

        def read(targets):
            while not stop.is_set():
                for target in targets:
                    asked.append((target, self.ask(target).status))

        readers = [threading.Thread(target=read, args=(targets,)) for targets in (
            ("/", "/api/v1/verdicts"), ("/?lang=fr", "/api/v1/items"), ("/api/v1/entries",),
            ("/api/v1/journeys", "/api/v1/entries/0"), ("/api/v1/health", "/nothing"))]
        for reader in readers:
            reader.start()
        try:
            for _ in range(8):
                self.record(self.lines())
        finally:
            stop.set()
            for reader in readers:
                reader.join()
        self.assertEqual({("/nothing", 404)}, {one for one in asked if one[1] != 200})
        self.assertGreater(len(asked), 50)

    def test_it_ends_while_it_judges(self):
        self.start().open()
        self.record(self.lines() * 500)
        wires = []
        for _ in range(10):
            wire = socket.create_connection((self.address.hostname, self.address.port), 60)
            self.addCleanup(wire.close)
            wire.sendall((f"GET /api/v1/verdicts HTTP/1.1\r\nHost: localhost:{self.address.port}\r\n"
                          f"Cookie: garant-session-{self.address.port}={self.session}\r\n\r\n")
                         .encode())
            wires.append(wire)
        self.assertEqual(0, self.end(), self.output())

    def test_two_servers_of_one_host_keep_their_readers_apart(self):
        self.start().open()
        first, address, process = self.session, self.address, self.process
        self.session = ""
        self.start().open()
        self.assertNotEqual(first, self.session)
        self.assertEqual(401, self.ask("/", session=first).status)
        self.address = address
        self.assertEqual(200, self.ask("/", session=first).status)
        process.send_signal(signal.SIGINT)
        self.assertEqual(0, process.wait(30))

    def test_what_changed_shows_in_the_next_answer(self):
        self.start().open()
        self.record(self.lines())
        before = json.loads(self.ask("/api/v1/verdicts").content)["trail"]["entries"]
        for _ in range(5):
            self.record(self.lines())
            after = json.loads(self.ask("/api/v1/verdicts").content)["trail"]["entries"]
            self.assertGreater(after, before)
            before = after
        log = self.folder / ".garant" / "trail" / LOG
        whole = log.read_bytes()
        for at in range(20, len(whole), 97):
            if in_an_earlier_note(whole, at):
                continue
            log.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
            for target in ("/", "/api/v1/verdicts", "/api/v1/entries/0"):
                self.assertEqual(503, self.ask(target).status, (at, target))
        log.write_bytes(whole)
        self.assertEqual(200, self.ask("/").status)

    def test_it_listens_to_this_machine_alone(self):
        for address in ("0.0.0.0", "::", "192.0.2.1", "localhost", "somewhere"):
            said = self.call("serve", "--listen", address, status=2)
            self.assertIn("not an address of this machine alone", said.stderr)
        self.start()
        self.assertEqual("127.0.0.1", self.address.hostname)
        said = self.call("serve", "--port", self.address.port, status=3).stderr
        self.assertIn("cannot listen at", said)
        for port in ("65536", "-1", "http"):
            self.assertIn("--port takes", self.call("serve", f"--port={port}", status=2).stderr)

    def test_a_public_tree_is_the_tree_alone(self):
        self.start("--public-tree")
        self.record(self.lines())
        note = self.ask("/checkpoint")
        self.assertEqual((200, "no-cache"), (note.status, note.headers["Cache-Control"]))
        self.assertEqual(1, len(note.headers.get_all("Cache-Control")))
        tile = self.ask("/tile/0/000.p/1")
        self.assertEqual((200, "public, max-age=3600"), (tile.status, tile.headers["Cache-Control"]))
        head = self.ask("/tile/0/000.p/1", method="HEAD")
        self.assertEqual((200, b"", "32"), (head.status, head.content, head.headers["Content-Length"]))
        for target in ("/", "/api/v1/entries", "/tile/entries/000.p/1", "/tile", "/nothing"):
            self.assertEqual(401, self.ask(target).status, target)
        self.assertEqual(404, self.ask("/tile/0/000").status)
        self.open()
        self.assertEqual(403, self.ask("/tile/entries/000.p/1").status)

    def test_a_file_that_was_spoilt_gives_no_verdict(self):
        self.start().open()
        self.assertEqual(200, self.ask("/api/v1/verdicts").status)
        file = self.folder / "garant.yaml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("stage: alpha", "stage: omega"), encoding="utf-8")
        self.assertEqual(503, self.ask("/api/v1/verdicts").status, "at once")
        self.assertIn("garant.yaml:5:", self.ask("/api/v1/verdicts").content.decode("utf-8"))
        file.write_text(text.replace("stage: alpha", "stage: live"), encoding="utf-8")
        self.assertEqual(200, self.ask("/api/v1/verdicts").status, "at once")
        due = json.loads(self.ask("/api/v1/items?due=now").content)["items"]
        self.assertGreater(len(due), 90, "a live service answers for all of it")


if __name__ == "__main__":
    unittest.main()
