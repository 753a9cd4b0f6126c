"""Witnesses and a time-stamping authority: asked, remembered, believed, and what they notice."""

import http.client
import http.server
import json
import re
import shutil
import signal
import subprocess
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from waiting import until_ready
from workplace import COOKIE_MANNERS, GARANT, Workplace, service_file

MAPPING = "mapping: 1\nsystem: web\ntime: /time\nevent: /event\n"


class Witnessed(Workplace):
    def setUp(self):
        super().setUp()
        self.write("garant.yaml", service_file())
        self.write("mapping.yaml", MAPPING)
        self.started = 0

    def record(self, count=3):
        with open(self.folder / "web.log", "a", encoding="utf-8") as log:
            log.write((json.dumps({"time": "2026-11-23T20:30:00Z", "event": "step"}) + "\n") * count)
        self.call("recorder", "--lines", self.folder / "web.log", "--mapping", "mapping.yaml",
                  "--once", status=0)

    def trail(self):
        return self.folder / ".garant" / "trail"

    def size(self):
        notes = (self.trail() / "checkpoints").read_text(encoding="utf-8")
        return int(notes.splitlines()[-4])

    def witness(self, name, *words):
        """Starts one that knows this trail; gives its verifier key and address."""
        if not (self.folder / "logs").exists():
            key = (self.trail() / "log.vkey").read_text(encoding="ascii")
            self.write("logs", f"log {key}quorum none\n")
        self.started += 1
        ready = self.folder / f"ready-{self.started}"
        said = open(self.folder / f"witness-{self.started}", "w+", encoding="utf-8")
        self.addCleanup(said.close)
        process = subprocess.Popen(
            [GARANT, "trail", "witness", "--logs", "logs", "--name", name, "--key", f"{name}.key",
             "--state", f"{name}.state", "--ready-file", str(ready), *map(str, words)],
            cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=said,
            stderr=subprocess.STDOUT, start_new_session=True)
        self.addCleanup(self.end, process)

        def output():
            said.seek(0)
            return said.read()

        url = until_ready(process, ready, output).strip()
        key = re.search(r"Witness: (\S+)", output())[1]
        return key, url, process

    def end(self, process):
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.assertIn(process.returncode, (0, -signal.SIGKILL))

    def policy(self, quorum, **witnesses):
        lines = [f"witness {name} {key} {url}\n" for name, (key, url, _) in witnesses.items()]
        self.write("garant.witnesses", "".join(lines) + quorum)

    def cosign(self, *words, status=0):
        return self.call("trail", "cosign", *words, status=status)

    def trust(self, *words):
        return self.judge("--standard", COOKIE_MANNERS, *words)["trail"]

    def post(self, url, body, path="/add-checkpoint", method="POST"):
        place = urlsplit(url)
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
        connection.request(method, path, body and body.encode("utf-8"))
        answer = connection.getresponse()
        content = answer.read().decode("utf-8")
        connection.close()
        return answer.status, content, answer.headers


class Witnesses(Witnessed):
    def test_a_quorum_makes_the_trail_witnessed_everywhere(self):
        self.record()
        self.assertFalse(self.trust()["witnessed"])
        one, two, three = (self.witness(f"w{n}.example") for n in (1, 2, 3))
        self.policy("group most 2 one two three\nquorum most\n", one=one, two=two, three=three)
        self.end(two[2])
        said = self.cosign(status=0)
        self.assertIn("the witness two", said.stderr)
        self.assertIn(f"Witnessed through entry {self.size() - 1}", said.stdout)
        trust = self.trust()
        self.assertEqual((True, self.size(), ["one", "three"]),
                         (trust["witnessed"], trust["through"], trust["witnesses"]))
        text = self.call("check", "--standard", COOKIE_MANNERS).stdout
        self.assertIn(f"witnessed through entry {self.size() - 1}", text)
        page = self.call("check", "--standard", COOKIE_MANNERS, "--format", "html").stdout
        self.assertIn(f"witnessed through entry {self.size() - 1}", page)
        said = self.call("trail", "verify", status=0).stdout
        self.assertIn(f"Witnessed through entry {self.size() - 1} by one, three", said)
        self.assertNotIn("no part of a trail", said)
        french = self.call("trail", "verify", "--lang", "fr", status=0).stdout
        self.assertIn(f"jusqu’à l’entrée {self.size() - 1}", french)
        proof = self.call("trail", "prove", "0", status=0).stdout
        self.assertEqual(3, proof.count("\n— "), "the cosignatures go along")

        # What comes later is not witnessed until it is asked for; one alone is no quorum.
        before = self.size()
        self.record()
        self.assertEqual(before, self.trust()["through"])
        self.end(three[2])
        self.cosign(status=1)
        self.assertEqual(before, self.trust()["through"])
        again = self.witness("w2.example")
        self.policy("group most 2 one two three\nquorum most\n", one=one, two=again, three=three)
        self.cosign(status=0)
        self.assertEqual((self.size(), ["one", "two"]),
                         (self.trust()["through"], self.trust()["witnesses"]))
        self.cosign(status=0)
        self.assertEqual(3, (self.trail() / "cosigned").read_text(encoding="utf-8").count("\n— "),
                         "who cosigns anew takes their own place")

    def test_a_trail_without_its_policy_is_unwitnessed(self):
        self.record()
        one = self.witness("w.example")
        self.policy("quorum one\n", one=one)
        self.assertIn("Unwitnessed", self.call("trail", "verify", status=0).stdout)
        self.assertIn("Unwitnessed", self.call("trail", "verify", "--witnesses", "garant.witnesses",
                                               status=4).stdout)
        self.cosign()
        self.assertTrue(self.trust()["witnessed"])
        self.call("trail", "verify", "--witnesses", "garant.witnesses", status=0)
        self.policy("quorum none\n", one=one)
        self.assertFalse(self.trust()["witnessed"])
        (self.folder / "garant.witnesses").unlink()
        self.assertFalse(self.trust()["witnessed"])
        self.assertIn("nobody to ask", self.cosign(status=2).stderr)
        self.policy("quorum one\nquorum two\n", one=one)
        said = self.call("check", "--standard", COOKIE_MANNERS, status=2).stderr
        self.assertIn("garant.witnesses:3:1", said)
        self.call("check", "--standard", COOKIE_MANNERS, "--witnesses", "nowhere", status=2)

    def test_a_trail_put_back_is_noticed_by_whoever_remembers(self):
        self.record()
        one = self.witness("w.example")
        self.policy("quorum one\n", one=one)
        self.cosign()
        shutil.copytree(self.trail(), self.folder / "older")
        self.record()
        self.cosign()
        cosigned = (self.trail() / "cosigned").read_bytes()
        shutil.rmtree(self.trail())
        shutil.copytree(self.folder / "older", self.trail())
        # Put back whole: nobody here can tell, and the witness does.
        self.assertTrue(self.trust()["witnessed"])
        self.assertIn("entries were taken back", self.cosign(status=4).stderr)
        # Put back with what the witness gave since: it shows at once.
        (self.trail() / "cosigned").write_bytes(cosigned)
        self.assertIn("taken back", self.call("check", "--standard", COOKIE_MANNERS,
                                              status=4).stderr)
        self.assertIn("taken back", self.call("trail", "verify", status=4).stdout)
        # Grown anew from there: another trail than the one that was seen.
        (self.trail() / "cosigned").unlink()
        self.record(40)
        self.assertRegex(self.cosign(status=4).stderr, "does not continue what it saw")
        (self.trail() / "cosigned").write_bytes(cosigned)
        self.assertIn("they were changed", self.call("trail", "verify", status=4).stdout)

    def test_checkpoints_that_were_taken_away_are_no_trail_without_entries(self):
        self.record()
        one = self.witness("w.example")
        self.policy("quorum one\n", one=one)
        self.cosign(status=0)
        published = self.trail() / "checkpoints"
        lines = published.read_text(encoding="utf-8").splitlines(keepends=True)
        first = next(i for i, line in enumerate(lines) if line.startswith("— "))
        published.write_text("".join(lines[:first + 1]), encoding="utf-8")
        said = self.cosign(status=1)
        self.assertIn("No checkpoint of these entries is published yet", said.stdout)
        self.record()
        self.cosign(status=0)
        self.assertEqual(self.size(), self.trust()["through"])

    def test_a_changed_cosignature_is_never_believed(self):
        self.record()
        one = self.witness("w.example")
        self.policy("quorum one\n", one=one)
        self.cosign()
        path = self.trail() / "cosigned"
        whole = path.read_bytes()
        for at in range(0, len(whole), 7):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
            done = self.call("check", "--standard", COOKIE_MANNERS, "--format", "json")
            if done.returncode != 4:
                self.assertFalse(json.loads(done.stdout)["trail"]["witnessed"], at)
        path.unlink()
        self.assertFalse(self.trust()["witnessed"])

    def test_the_witness_remembers_over_kills(self):
        self.record()
        key, url, process = self.witness("w.example")
        sizes = []
        for _ in range(4):
            self.policy("quorum one\n", one=(key, url, process))
            self.cosign()
            sizes.append(self.size())
            process.kill()
            process.wait()
            again, url, process = self.witness("w.example")
            self.assertEqual(key, again)
            request = self.call("trail", "prove", "--from", "1", status=0).stdout
            status, said, headers = self.post(url, request)
            self.assertEqual((409, f"{sizes[-1]}\n", "text/x.tlog.size"),
                             (status, said, headers["Content-Type"]))
            self.record()

    def test_the_witness_answers_as_the_specification_says(self):
        self.record()
        _, url, _ = self.witness("w.example")
        whole = self.call("trail", "prove", "--from", "2", status=0).stdout
        note = whole[whole.index("\n\n") + 2:]
        status, said, _ = self.post(url, "old 0\n\n" + note)
        self.assertEqual(200, status, said)
        self.assertTrue(said.startswith("— w.example ") and said.endswith("\n"), said)
        self.assertEqual(409, self.post(url, whole)[0])
        self.assertEqual(409, self.post(url, "old 0\n\n" + note)[0])
        size = self.size()
        self.assertEqual(200, self.post(url, f"old {size}\n\n{note}")[0])
        self.assertEqual(400, self.post(url, f"old {size + 1}\n\n{note}")[0])
        self.assertEqual(404, self.post(url, "old 0\n\n" + note.replace("garant/", "other/"))[0])
        self.assertEqual(403, self.post(url, "old 0\n\n" + note.replace(f"\n{size}\n", "\n1\n"))[0])
        self.record()
        longer = self.call("trail", "prove", "--from", str(size), status=0).stdout
        forged = longer.replace("\n", "\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", 1)
        self.assertEqual(422, self.post(url, forged)[0])
        for body in ("", "old", "x" * 1000, note):
            self.assertEqual(400, self.post(url, body)[0], body)
        self.assertEqual(413, self.post(url, "x" * 300_000)[0])
        self.assertEqual(405, self.post(url, None, method="GET")[0])
        self.assertEqual(404, self.post(url, "x", path="/")[0])
        self.assertEqual(200, self.post(url, longer)[0])

    def test_many_ask_at_once_and_the_witness_never_goes_back(self):
        self.record()
        _, url, _ = self.witness("w.example")
        requests = []
        for _ in range(6):
            whole = self.call("trail", "prove", "--from", "1", status=0).stdout
            requests.append("old 0\n\n" + whole[whole.index("\n\n") + 2:])
            self.record()
        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda body: self.post(url, body)[0], requests * 8))
        self.assertEqual(1, answers.count(200), answers)
        self.assertEqual(47, answers.count(409), answers)

    def test_what_is_missing_is_said(self):
        self.record()
        self.witness("w.example")
        words = ["--logs", "logs", "--name", "w.example", "--key", "w.example.key", "--state",
                 "w.example.state"]
        said = self.call("trail", "witness", *words, status=3).stderr
        self.assertIn("another witness works in", said)
        for missing in range(0, 8, 2):
            left = words[:missing] + words[missing + 2:]
            self.assertIn(f"{words[missing]} is missing",
                          self.call("trail", "witness", *left, status=2).stderr)
        (self.folder / "w.example.key").chmod(0o644)
        self.assertIn("others may read", self.call("trail", "witness", *words).stderr)
        self.write("logs", "quorum none\n")
        self.assertIn("names no log", self.call("trail", "witness", *words, status=2).stderr)

    def test_it_goes_on_asking(self):
        self.record()
        one = self.witness("w.example")
        self.policy("quorum one\n", one=one)
        with subprocess.Popen([GARANT, "trail", "cosign", "--every", "PT1S"], cwd=self.folder,
                              env=self.environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, text=True, start_new_session=True) as asking:
            self.assertIn(f"through entry {self.size() - 1}", asking.stdout.readline())
            self.record()
            size = self.size()
            for line in asking.stdout:
                if f"through entry {size - 1} of {size}" in line:
                    break
            asking.send_signal(signal.SIGTERM)
            asking.stdout.read()
        self.assertEqual(0, asking.returncode)
        self.assertEqual(size, self.trust()["through"])


class Stamped(Witnessed):
    """RFC 3161 from `openssl ts`, behind a small HTTP server."""

    CONFIGURATION = """\
[tsa]
default_tsa = t
[t]
dir = .
serial = ./serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
"""

    def authority(self, name="tsa"):
        folder = self.top / name
        folder.mkdir()
        (folder / "tsa.cnf").write_text(self.CONFIGURATION, encoding="ascii")
        (folder / "serial").write_text("01\n", encoding="ascii")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-keyout", "key", "-out", "certificate", "-days", "2", "-subj", f"/CN={name}",
             "-addext", "extendedKeyUsage=critical,timeStamping",
             "-addext", "keyUsage=critical,digitalSignature"],
            cwd=folder, check=True, capture_output=True)
        test = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                test.asked.append(self.headers["Content-Type"])
                query = self.rfile.read(int(self.headers["Content-Length"]))
                (folder / "query").write_bytes(query)
                subprocess.run(["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile",
                                "query", "-signer", "certificate", "-inkey", "key", "-out", "answer"],
                               cwd=folder, check=True, capture_output=True)
                answer = test.answer or (folder / "answer").read_bytes()
                self.send_response(test.status)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *words):
                pass

        self.asked, self.answer, self.status = [], None, 200
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return ["--tsa", f"http://127.0.0.1:{server.server_port}/", "--tsa-certificates",
                str(folder / "certificate")]

    def verify(self, words, status=0):
        return self.call("trail", "verify", *words[2:], status=status).stdout

    def test_a_checkpoint_is_stamped_kept_and_shown(self):
        self.record()
        words = self.authority()
        self.assertIn("No checkpoint was time-stamped", self.verify(words, status=4))
        said = self.cosign(*words).stdout
        self.assertRegex(said, rf"Time-stamped with {self.size()} entries on \S+ by CN=tsa")
        self.assertEqual(["application/timestamp-query"], self.asked)
        self.cosign(*words)
        self.assertEqual(1, len(self.asked), "a stamped checkpoint is not stamped again")
        self.record()
        self.cosign(*words)
        said = self.verify(words)
        self.assertRegex(said, rf"2 time-stamps hold; the last: {self.size()} entries on \S+ by CN=tsa")
        self.assertNotIn("no part of a trail", said)
        # openssl itself takes what was kept.
        stamps = self.trail() / "stamps"
        subprocess.run(["openssl", "ts", "-verify", "-in", str(stamps / f"{self.size()}.tsr"),
                        "-data", str(stamps / f"{self.size()}.checkpoint"), "-CAfile", words[3]],
                       check=True, capture_output=True)

    def test_a_stamp_that_does_not_hold_is_refused(self):
        self.record()
        words = self.authority()
        self.cosign(*words)
        stamps = self.trail() / "stamps"
        old = (stamps / f"{self.size()}.tsr").read_bytes()
        self.record()
        self.answer = old
        self.assertIn("does not hold", self.cosign(*words, status=1).stderr)
        self.answer = b"<html>"
        self.assertIn("none of RFC 3161", self.cosign(*words, status=1).stderr)
        self.answer, self.status = None, 500
        self.assertIn("answered 500", self.cosign(*words, status=1).stderr)
        self.status = 200
        other = self.authority("other")
        self.assertIn("does not hold",
                      self.cosign(*words[:2], *other[2:], status=1).stderr)
        self.assertEqual(1, len(list(stamps.glob("*.tsr"))), "nothing of these was kept")
        kept = next(stamps.glob("*.tsr"))
        kept.write_bytes(old[:-9] + bytes([old[-9] ^ 1]) + old[-8:])
        self.assertIn("does not hold", self.verify(words, status=4))
        kept.write_bytes(old)
        self.assertIn("1 time-stamps hold", self.verify(words))
        self.assertIn("go together", self.cosign("--tsa", "http://x", status=2).stderr)
        self.assertIn("holds no certificates",
                      self.call("trail", "verify", "--tsa-certificates", "garant.yaml",
                                status=2).stderr)


if __name__ == "__main__":
    unittest.main()
